import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { forkEngine } from '../../../workers/engines/pool/fork-engine.ts';
import type { EnginePool } from '../../../workers/engines/pool/pool.ts';
import type { FromEngine, ToEngine } from '../../../workers/engines/protocol/messages.ts';
import { detectorModel, formats } from '../../support/detector-models.ts';
import { squareFeatures } from '../../support/onnx.ts';
import {
  makeModelsDir,
  sha256Of,
  writeMeanEmbedder,
  writeModel,
  writeProductPipeline,
} from '../../support/own-models.ts';
import { picture } from '../../support/pictures.ts';
import { examplesFolder } from './support/described-examples.ts';
import { makeTestFolder, modelsDir, startPoolForFile, startTestPool } from './support/pools.ts';

/** Embeddings are made and keypoints found in several threads of a real engine. */
const product = join(examplesFolder, 'products/querrick-oat-rings.jpg');

const describeJob = (file: string, id = 'd') => ({ id, file, pipeline: 'shelf@3', features: true, priority: 0 });

describe('the embedding and the keypoints of a picture', () => {
  const pools = new Map<number, EnginePool>();
  beforeAll(() => {
    for (const threads of [1, 2, 4]) pools.set(threads, startPoolForFile({ threads }));
  });
  afterAll(() => Promise.all([...pools.values()].map((pool) => pool.close(0))));

  test('are the same with one thread and with several, many times over', async () => {
    const described = async (threads: number) => {
      const jobs = Array.from({ length: 4 }, (_, place) => describeJob(product, String(place)));
      const outcomes = await Promise.all(jobs.map((job) => pools.get(threads)!.describe(job)));
      return outcomes.map((outcome) => (outcome.ok ? [outcome.embedding, outcome.features] : outcome.failure));
    };
    const alone = await described(1);
    expect(alone[0]).toEqual([expect.any(Float32Array), expect.any(Uint8Array)]);
    expect(new Set(alone.map(String)).size).toBe(1);
    expect(await described(2)).toEqual(alone);
    expect(await described(4)).toEqual(alone);
  });
});

test('an embedder of a size of which not every thread has a copy gives the same embedding', async () => {
  const folder = await makeModelsDir();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { output, labels } = formats['yolo-v8']!;
  await writeModel(folder, { name: 'own', kind: 'detector', onnx: detectorModel('yolo-v8', 1), output, labels });
  const file = join(folder, 'red.png');
  await writeFile(file, await picture({ format: 'png', width: 60, height: 60, colour: '#ff0000' }));
  const embed = async (bytes: number) => {
    await writeMeanEmbedder(folder, bytes);
    await writeProductPipeline(folder, { name: 'own', detector: 'own@1' });
    const pool = startTestPool({ modelsDir: folder, threads: 2 });
    const outcome = await pool.describe({ id: 'd', file, pipeline: 'own@1', features: false, priority: 0 });
    return outcome.ok ? outcome.embedding : outcome.failure;
  };
  const small = await embed(0);
  expect(small).toBeInstanceOf(Float32Array);
  expect(await embed(33e6)).toEqual(small);
});

test.each([1, 3])('a picture in which a model of %s thread(s) fails harms no other, and no engine', async (threads) => {
  const folder = await modelsWithSquareFeatures();
  const [wide, square] = await Promise.all(
    [{ width: 90 }, { width: 60 }].map(async ({ width }) => {
      const file = join(folder, `${width}.png`);
      await writeFile(file, await picture({ format: 'png', width, height: 60, colour: '#ff0000' }));
      return file;
    }),
  );
  const pool = startTestPool({ modelsDir: folder, threads });
  await pool.ready;
  const { pid } = pool.status()[0]!;
  for (let round = 0; round < threads + 1; round++) {
    expect(await pool.describe(describeJob(wide!))).toMatchObject({
      ok: false,
      attempts: 1,
      failure: { code: 'INTERNAL', retryable: true },
    });
    expect(await pool.describe(describeJob(square!))).toMatchObject({ ok: true, features: expect.any(Uint8Array) });
  }
  expect(pool.status()[0]!.pid).toBe(pid);
});

test('an engine whose worker is gone ends without a crash, though its threads are working', async () => {
  const pipelines = (await loadPipelines(modelsDir)).filter(({ key }) => key === 'shelf@3');
  const engine = forkEngine(2);
  onTestFinished(() => void engine.kill('SIGKILL'));
  const send = (message: ToEngine) => engine.send(message);
  let lastOutput = '';
  engine.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastOutput += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    engine.once('exit', (_code, signal) => resolve(signal)),
  );
  engine.on('message', (message: FromEngine) => {
    if (message.type === 'ready')
      for (const id of ['1', '2', '3']) send({ type: 'job', kind: 'describe', job: describeJob(product, id) });
    if (message.type === 'finished') engine.disconnect();
  });
  send({ type: 'init', pipelines, threads: 2, provider: 'cpu', decodingCpuMs: 10_000, maxImagePixels: 50_000_000 });
  expect(await ended).toBe('SIGKILL');
  expect(lastOutput).toBe('');
});

/** The models of the project, with a verifier that fails where a picture is not square. */
async function modelsWithSquareFeatures(): Promise<string> {
  const folder = await makeTestFolder();
  for (const name of ['product-detector', 'product-embedder']) await symlink(join(modelsDir, name), join(folder, name));
  const home = join(folder, 'square-features', '1');
  await mkdir(home, { recursive: true });
  await mkdir(join(folder, 'pipelines'));
  const manifest = JSON.parse(await readFile(join(modelsDir, 'local-features/1/manifest.json'), 'utf8'));
  const side = 64;
  const onnx = squareFeatures(side);
  await writeFile(join(home, 'model.onnx'), onnx);
  await writeFile(
    join(home, 'manifest.json'),
    JSON.stringify({
      ...manifest,
      name: 'square-features',
      input: { ...manifest.input, side },
      variants: { fp32: { file: 'model.onnx', sha256: sha256Of(onnx) } },
    }),
  );
  const pipeline = JSON.parse(await readFile(join(modelsDir, 'pipelines/shelf-3.json'), 'utf8'));
  pipeline.steps.verifier.model = 'square-features@1';
  await writeFile(join(folder, 'pipelines/shelf-3.json'), JSON.stringify(pipeline));
  return folder;
}
