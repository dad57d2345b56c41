import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listModels } from '../../../src/models/list-models.ts';
import { type LoadedPipeline, loadPipelines } from '../../../src/models/load-pipelines.ts';
import { defaultPipelineFor, readsText, resolvePipeline } from '../../../src/models/resolve-pipeline.ts';
import { makeTestFolder, modelsDir } from './support/pools.ts';

const detectorManifest = 'product-detector/2/manifest.json';
/** Models that come from elsewhere as they are. */
const taken = new Set(['text-detector@1', 'text-recognizer@1']);

async function copyOfModels(): Promise<string> {
  const folder = await makeTestFolder();
  await cp(modelsDir, folder, { recursive: true });
  return folder;
}

/** A manifest or pipeline file, as far as the tests change it. */
interface Editable {
  version: string;
  defaultVariant: string;
  input: Record<string, unknown>;
  output: Record<string, unknown>;
  steps: { detector: { model: string; variant?: string }; verifier?: { model: string } };
  verification?: Record<string, unknown>;
  text?: Record<string, unknown>;
}

async function edit(folder: string, name: string, change: (json: Editable) => void): Promise<string> {
  const json = JSON.parse(await readFile(join(folder, name), 'utf8'));
  change(json);
  await writeFile(join(folder, name), JSON.stringify(json));
  return folder;
}

describe('the pipelines that come with the project', () => {
  test('are loaded with what a client may know about their models', async () => {
    const pipelines = await loadPipelines(modelsDir);
    const shelf = pipelines.find(({ key }) => key === 'shelf@3');
    expect(shelf).toMatchObject({
      kind: 'PRODUCTS',
      taskTypes: ['DETECTION'],
      threshold: 0.5,
      embedderVersion: 'product-embedder@2',
      verifierVersion: 'local-features@1',
    });
    expect(shelf!.models).toEqual([
      {
        name: 'product-detector',
        version: '2',
        kind: 'detector',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        alternatives: [expect.stringMatching(/^[0-9a-f]{64}$/)],
        licence: 'Apache-2.0',
      },
      {
        name: 'product-embedder',
        version: '2',
        kind: 'embedder',
        sha256: expect.stringMatching(/^07f412/),
        alternatives: [expect.stringMatching(/^0bc03f/)],
        licence: 'Apache-2.0',
      },
      {
        name: 'local-features',
        version: '1',
        kind: 'local-features',
        sha256: expect.stringMatching(/^76a4b6/),
        alternatives: [],
        licence: 'Apache-2.0',
      },
    ]);
  });

  test('verify what they find unless they are to be fast', async () => {
    const pipelines = await loadPipelines(modelsDir);
    const verifier = (text: string) => resolvePipeline(pipelines, text)?.verifierVersion;
    expect(verifier('shelf')).toBe('local-features@2');
    expect(verifier('shelf-fast')).toBeNull();
  });

  test('run what names no pipeline, whatever else is in the folder', async () => {
    const own = await loadPipelines(modelsDir);
    const rack = { ...resolvePipeline(own, 'shelf-fast')!, name: 'a-rack', key: 'a-rack@1' };
    const scene = { ...resolvePipeline(own, 'classify')!, name: 'a-scene', key: 'a-scene@1' };
    const defaults = (pipelines: LoadedPipeline[]) =>
      (['DETECTION', 'CLASSIFICATION', 'FILTER'] as const).map((type) => defaultPipelineFor(pipelines, type));
    expect(defaults([rack, scene, ...own])).toEqual(['shelf', 'classify', 'classify']);
    expect(defaults([rack, scene])).toEqual(['a-rack', 'a-scene', 'a-scene']);
    expect(defaults([rack])).toEqual(['a-rack', null, null]);
  });

  test('and models, also those no pipeline uses, are listed with every variant', async () => {
    const models = await listModels(modelsDir);
    expect(models.map(({ key, variant }) => `${key} ${variant}`)).toEqual([
      'image-classifier@1 fp32',
      'image-classifier@1 int8',
      'local-features@1 fp32',
      'local-features@2 fp32',
      'object-detector@1 fp32',
      'object-detector@1 int8',
      'price-tag-detector@1 int8',
      'product-detector@2 fp32',
      'product-detector@2 int8',
      'product-detector@3 fp32',
      'product-detector@3 int8',
      'product-embedder@2 fp32',
      'product-embedder@2 int8',
      'text-detector@1 fp32',
      'text-recognizer@1 fp32',
    ]);
  });

  test('say of which commit the programs were that made them', async () => {
    const models = (await listModels(modelsDir)).filter(({ key }) => !taken.has(key));
    expect(models.length).toBeGreaterThan(0);
    for (const { key, manifest } of models) {
      expect([key, manifest.trainingCommit]).toEqual([key, expect.stringMatching(/^[0-9a-f]{40}$/)]);
    }
  });

  test('or are files of others, unchanged, with their licence and a list of origins that names their checksum', async () => {
    const models = (await listModels(modelsDir)).filter(({ key }) => taken.has(key));
    expect(models).toHaveLength(taken.size);
    for (const { key, sha256 } of models) {
      const folder = join(modelsDir, ...key.split('@'));
      expect(await readFile(join(folder, 'MODEL_LICENSES.md'), 'utf8'), key).toContain(sha256);
      expect(await readFile(join(folder, 'LICENCE'), 'utf8'), key).toContain('Apache License');
    }
  });

  test('read text in their newest versions', async () => {
    const pipelines = await loadPipelines(modelsDir);
    const reading = ['shelf', 'shelf-fast', 'shelf@3', 'classify'].filter((text) =>
      readsText(resolvePipeline(pipelines, text)!),
    );
    expect(reading).toEqual(['shelf', 'shelf-fast']);
  });

  test('are found through a path with a trailing slash too', async () => {
    const models = await listModels(modelsDir);
    expect(await listModels(`${modelsDir}/`)).toHaveLength(models.length);
  });
});

describe('a models folder with a mistake is refused with a sentence that names it:', () => {
  test.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    [
      'no pipelines',
      (folder) => rm(join(folder, 'pipelines'), { recursive: true }),
      /pipelines cannot be read\. Set MODELS_DIR/,
    ],
    [
      'an empty folder of pipelines',
      async (folder) => {
        await rm(join(folder, 'pipelines'), { recursive: true });
        await mkdir(join(folder, 'pipelines'));
      },
      /contains no pipelines/,
    ],
    [
      'a pipeline that is not JSON',
      (folder) => writeFile(join(folder, 'pipelines/shelf-fast-2.json'), '{'),
      /shelf-fast-2\.json is not valid JSON/,
    ],
    [
      'the same pipeline twice',
      (folder) => cp(join(folder, 'pipelines/shelf-fast-2.json'), join(folder, 'pipelines/zz.json')),
      /shelf-fast-2\.json and zz\.json both define shelf-fast@2/,
    ],
    [
      'a missing ONNX file',
      (folder) => rm(join(folder, 'product-detector/2/product-detector.int8.onnx')),
      /product-detector\.int8\.onnx is missing/,
    ],
    ['a missing manifest', (folder) => rm(join(folder, detectorManifest)), /manifest\.json cannot be read/],
    [
      'an unknown decoder',
      (folder) =>
        edit(folder, detectorManifest, (json) => {
          json.output.decoder = 'magic';
        }),
      /decoder/,
    ],
    [
      'a mistyped field',
      (folder) =>
        edit(folder, detectorManifest, (json) => {
          json.input.colourOrder = 'RGB';
        }),
      /colourOrder/,
    ],
    [
      'a std of zero',
      (folder) =>
        edit(folder, detectorManifest, (json) => {
          json.input.std = [1, 0, 1];
        }),
      /every std must be above 0/,
    ],
    [
      'a default that is no variant',
      (folder) =>
        edit(folder, detectorManifest, (json) => {
          json.defaultVariant = 'int4';
        }),
      /is not the name of a variant/,
    ],
    [
      'a manifest in the wrong folder',
      (folder) =>
        edit(folder, detectorManifest, (json) => {
          json.version = '9';
        }),
      /says product-detector@9/,
    ],
    [
      'a variant that is not there',
      (folder) =>
        edit(folder, 'pipelines/shelf-fast-2.json', (json) => {
          json.steps.detector.variant = 'fp16';
        }),
      /has no variant "fp16"; it has fp32, int8/,
    ],
    [
      'an embedder where a detector belongs',
      (folder) =>
        edit(folder, 'pipelines/shelf-fast-2.json', (json) => {
          json.steps.detector.model = 'product-embedder@2';
        }),
      /has kind embedder, but its step in the pipeline needs a detector/,
    ],
    [
      'a verifier without settings',
      (folder) =>
        edit(folder, 'pipelines/shelf-3.json', (json) => {
          delete json.verification;
        }),
      /settings of the verifier; a pipeline has both or neither/,
    ],
    [
      'models that read text without settings',
      (folder) =>
        edit(folder, 'pipelines/shelf-4.json', (json) => {
          delete json.text;
        }),
      /settings of textDetector and textRecognizer; a pipeline has all three or none/,
    ],
    [
      'an embedder where a verifier belongs',
      (folder) =>
        edit(folder, 'pipelines/shelf-3.json', (json) => {
          json.steps.verifier!.model = 'product-embedder@2';
        }),
      /has kind embedder, but its step in the pipeline needs a local-features/,
    ],
  ])('%s', async (_name, spoil, message) => {
    const folder = await copyOfModels();
    await spoil(folder);
    await expect(loadPipelines(folder)).rejects.toThrow(message);
  });
});
