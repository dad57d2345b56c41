import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadModel } from '../../../src/models/load-model.ts';
import { verifyModel } from '../../../workers/engines/child/verify-model.ts';
import { detectorModel, formats, truthLabels } from '../../support/detector-models.ts';
import { type ColourModelOptions, type ColourOutput, colourModel } from '../../support/onnx.ts';
import {
  makeModelsDir,
  type OwnModel,
  writeMeanEmbedder,
  writeModel,
  writeProductPipeline,
} from '../../support/own-models.ts';
import { picture } from '../../support/pictures.ts';
import { runModels } from './support/models-command.ts';
import { startTestPool } from './support/pools.ts';

/** What a user is told whose model does not fit: one sentence, before any picture is worked on. */
type Change = Partial<Omit<OwnModel, 'kind'>>;

const yolo = formats['yolo-v8']!;

/** A MODELS_DIR with the detector `own@1`, of format yolo-v8 unless `change` says otherwise, and a pipeline of it. */
async function makeModels(change: Change = {}): Promise<string> {
  const folder = await makeModelsDir();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeMeanEmbedder(folder);
  const model = { name: 'own', onnx: detectorModel('yolo-v8', 1), output: yolo.output, labels: truthLabels };
  await writeModel(folder, { ...model, ...change, kind: 'detector' });
  await writeProductPipeline(folder, { name: 'own', detector: 'own@1' });
  return folder;
}

function yoloModel(options: ColourModelOptions, extra: readonly ColourOutput[] = []): Buffer {
  return colourModel([...yolo.encode(1), ...extra], options);
}

async function verify(folder: string, key: string): Promise<unknown> {
  return verifyModel(await loadModel(folder, key), { threads: 1, image: null, maxImagePixels: 1_000_000 });
}

test('a model that fits is verified, with its shapes and what it finds', async () => {
  const folder = await makeModels();
  const image = join(folder, 'red.png');
  await writeFile(image, await picture({ format: 'png', width: 200, height: 100, colour: '#ff0000' }));
  const { code, out } = await runModels('verify', 'own', '--models-dir', folder, '--image', image);
  expect(code).toBe(0);
  expect(out).toContain('own@1 fp32 (detector): checksum right');
  expect(out).toContain('in   image float32 [batch, 3, height, width]');
  expect(out).toContain('out  output0 float32 [batch, 6, 2]');
  expect(out).toContain('found 2 boxes above 0.5, the surest: jar at 25 6 50 13 (0.80), tin at 100 13 25 25 (0.60)');
});

describe('by `models verify` and by the start of a worker, of', () => {
  const file = (folder: string) => join(folder, 'own/1/model.onnx');
  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'a file that is not there',
      async () => {
        const folder = await makeModels();
        await rm(file(folder));
        return folder;
      },
      /own\/1\/model\.onnx is missing, but own@1 names it for variant fp32\. Add the file, or correct the manifest\.$/,
    ],
    [
      'a file with another checksum',
      async () => {
        const folder = await makeModels();
        await appendFile(file(folder), 'x');
        return folder;
      },
      /model\.onnx has the checksum [0-9a-f]{64}, but the manifest of own@1 says [0-9a-f]{64}\. Fetch the file again, or/,
    ],
    [
      'an operator that ONNX Runtime does not know',
      () => makeModels({ onnx: yoloModel({ operator: 'com.acme:Shine' }) }),
      /^ONNX Runtime cannot load own@1 \(fp32\): it does not know the operator com\.acme:Shine\. Export the model with standard/,
    ],
    [
      'outputs of another shape than the decoder reads',
      () => makeModels({ output: { ...formats['yolox-pixels']!.output, tensors: { predictions: 'output0' } } }),
      /^own@1 \(fp32\) does not run .*"output0" is \[1, 6, 2\], not \[batch, n, 7\]\. That is 5 numbers and 2 classes: give/,
    ],
    [
      'another number of labels than classes',
      () => makeModels({ labels: [...truthLabels, 'box'] }),
      /^own@1 \(fp32\) does not run .*"output0" is \[1, 6, 2\], not \[batch, 7, n\] or \[batch, n, 7\]\. That is 4 numbers and 3 classes: give "labels" one name per class/,
    ],
    [
      'a batch that the model does not take',
      () => makeModels({ onnx: yoloModel({ input: [1, 3, 64, 64] }), input: { batch: [1, 4] } }),
      /^own@1 \(fp32\) takes "image" as float32 \[1, 3, 64, 64\], but its manifest says batch \[1, 4\]\. Write "batch": \[1\], or/,
    ],
  ])('%s', async (_name, make, message) => {
    const folder = await make();
    const { code, err } = await runModels('verify', 'own', '--models-dir', folder);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    await expect(startTestPool({ modelsDir: folder }).ready).rejects.toThrow(message);
  });
});

describe('also of', () => {
  const shape = { dims: [1], values: [0] };
  test.each<[string, Change, RegExp]>([
    [
      'an input of another name',
      { input: { name: 'images' } },
      /^own@1 \(fp32\) has no input "images"; it has image\. Correct it in the manifest\.$/,
    ],
    [
      'an output of another name',
      { output: formats['yolox-pixels']!.output },
      /^own@1 \(fp32\) has no output "output"; it has output0\. Correct it in the manifest\.$/,
    ],
    [
      'an input of another size',
      { onnx: yoloModel({ input: ['batch', 3, 640, 640] }) },
      /takes "image" as float32 \[batch, 3, 640, 640\], but its manifest says width 64 and height 64\. Correct them/,
    ],
    [
      'an input with the channels last',
      { onnx: yoloModel({ input: [1, 64, 64, 3], channelsLast: true }) },
      /not as \[batch, 3, height, width\]\. Export it with channels first \(NCHW\)\.$/,
    ],
    [
      'outputs without a row for each picture',
      {
        onnx: yoloModel({}, [{ name: 'boxes', dims: [2, 4], values: new Array<number>(8).fill(0) }]),
        output: { decoder: 'boxes-scores', tensors: { boxes: 'boxes', scores: 'output0' } },
        labels: [],
      },
      /"output0" is \[1, 6, 2\], not \[batch, 2\]\. For scores of several classes, use the decoder ssd\.$/,
    ],
    [
      'classes for a decoder of one',
      { output: formats['boxes-scores']!.output },
      /✖ boxes-scores has one class: give one label at most\s+→ at labels/,
    ],
    [
      'an unknown decoder',
      { output: { decoder: 'yolo-v3', tensors: {} } },
      /decoder must be one of boxes-scores, yolo-v8, yolox, detr, ssd/,
    ],
    [
      'a decoder without an option that it needs',
      { output: { decoder: 'detr', tensors: { boxes: 'boxes', logits: 'logits' }, activation: 'softmax' } },
      /output\.background/,
    ],
    [
      'an output that is no number for each',
      { onnx: colourModel([{ name: 'output0', ...shape }]) },
      /"output0" is \[1, 1\], not \[batch, 6, n\]/,
    ],
  ])('%s', async (_name, change, message) => {
    const folder = await makeModels(change);
    await expect(verify(folder, 'own@1')).rejects.toThrow(message);
  });

  test('an embedder of another size than its manifest says', async () => {
    const folder = await makeModels();
    const manifest = join(folder, 'means/1/manifest.json');
    const json = JSON.parse(await readFile(manifest, 'utf8'));
    json.output.dimensions = 256;
    await writeFile(manifest, JSON.stringify(json));
    await expect(verify(folder, 'means@1')).rejects.toThrow(
      /"embedding" is \[1, 4\], not \[batch, 256\]\. Make "dimensions" the size of the embedding\.$/,
    );
  });

  test('a file that is no ONNX model', async () => {
    const onnx = Buffer.from('<!doctype html><title>404</title>');
    await expect(verify(await makeModels({ onnx }), 'own@1')).rejects.toThrow(
      'the file is not an ONNX model, or is cut off. Export or download it again.',
    );
  });
});
