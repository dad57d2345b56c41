import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { applyKeptChoices } from '../../../workers/engines/pool/choose-variants.ts';
import type { EnginePool } from '../../../workers/engines/pool/pool.ts';
import { formats, truthLabels } from '../../support/detector-models.ts';
import { colourModel } from '../../support/onnx.ts';
import {
  makeModelsDir,
  type OwnModel,
  sha256Of,
  writeMeanEmbedder,
  writeModel,
  writeProductPipeline,
} from '../../support/own-models.ts';
import { picture } from '../../support/pictures.ts';
import { analysisOf } from './support/analysis.ts';
import { makeTestFolder, startTestPool } from './support/pools.ts';

/** Which variant of a model runs where its pipeline names none. The slow ones need some hundred times as long. */
const yolo = formats['yolo-v8']!;
const fast = colourModel(yolo.encode(1));
const slow = colourModel(yolo.encode(1), { detours: 400 });

/** The pipeline `own@1` with a detector of both variants; int8, the default, reports nothing below `int8Threshold`. */
async function makeModels(fp32: Buffer, int8: Buffer, options: { variant?: string; int8Threshold?: number } = {}) {
  const modelsDir = await makeModelsDir();
  onTestFinished(() => rm(modelsDir, { recursive: true, force: true }));
  await writeMeanEmbedder(modelsDir);
  const variants = { onnx: fp32, int8: { onnx: int8, threshold: options.int8Threshold ?? 0.5 } };
  const model: OwnModel = { name: 'own', kind: 'detector', output: yolo.output, labels: truthLabels, ...variants };
  await writeModel(modelsDir, model);
  await writeProductPipeline(modelsDir, { name: 'own', detector: 'own@1', variant: options.variant });
  return modelsDir;
}

/** Starts a pool that chooses, and gives what it says of itself and what it logged. */
async function startChoosing(modelsDir: string, variantsDir: string) {
  const log: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const pool = startTestPool({ modelsDir, variantsDir, logger });
  await pool.ready;
  return { pool, log };
}

function runs(pool: EnginePool, onnx: Buffer): boolean {
  return pool.status()[0]!.models.includes(sha256Of(onnx));
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
}

test('int8 runs where it is faster, which is kept and told in one line', async () => {
  const [modelsDir, variantsDir] = [await makeModels(slow, fast), await makeTestFolder()];
  const { pool, log } = await startChoosing(modelsDir, variantsDir);
  expect(runs(pool, fast)).toBe(true);
  expect(runs(pool, slow)).toBe(false);
  const milliseconds = { 'own@1': { int8: expect.any(Number), fp32: expect.any(Number) } };
  expect(log).toMatchObject([{ threads: 1, onnxRuntime: expect.stringMatching(/^\d/), milliseconds }]);
  const [file, ...others] = await filesOf(variantsDir);
  expect(others).toEqual([]);
  expect(JSON.parse(await readFile(file!, 'utf8'))).toMatchObject({ model: 'own@1', sha256: sha256Of(fast) });
});

test('fp32 runs where int8 is slower, with its own threshold, though int8 is the default', async () => {
  const modelsDir = await makeModels(fast, slow, { int8Threshold: 0.95 });
  const file = join(await makeTestFolder(), 'red.png');
  await writeFile(file, await picture({ format: 'png', colour: '#ff0000' }));
  const { pool } = await startChoosing(modelsDir, await makeTestFolder());
  expect(runs(pool, fast)).toBe(true);
  const count = async (each: EnginePool) => {
    const outcome = await each.analyze(analysisOf(file, 'own@1'));
    return outcome.ok ? outcome.detections.length : outcome.failure;
  };
  expect(await count(pool)).toBe(2);
  expect(await count(startTestPool({ modelsDir }))).toBe(0);
});

test('what was kept is not timed again; what cannot be read is', async () => {
  const [modelsDir, variantsDir] = [await makeModels(slow, fast), await makeTestFolder()];
  await startChoosing(modelsDir, variantsDir);
  const [file] = await filesOf(variantsDir);
  const kept = JSON.parse(await readFile(file!, 'utf8'));
  // No machine would choose it: so it was not asked.
  await writeFile(file!, JSON.stringify({ ...kept, sha256: sha256Of(slow) }));
  const second = await startChoosing(modelsDir, variantsDir);
  expect(runs(second.pool, slow)).toBe(true);
  expect(second.log).toEqual([]);
  const listed = await applyKeptChoices(await loadPipelines(modelsDir), {
    folder: variantsDir,
    threads: 1,
    provider: 'cpu',
  });
  expect(listed[0]!.models[0]).toMatchObject({ name: 'own', sha256: sha256Of(slow) });
  for (const spoiled of ['{', JSON.stringify({ sha256: 'f'.repeat(64) })]) {
    await writeFile(file!, spoiled);
    expect(runs((await startChoosing(modelsDir, variantsDir)).pool, fast)).toBe(true);
  }
});

test('a variant that the pipeline names runs, and nothing is timed', async () => {
  const variantsDir = await makeTestFolder();
  const { pool, log } = await startChoosing(await makeModels(slow, fast, { variant: 'fp32' }), variantsDir);
  expect(runs(pool, slow)).toBe(true);
  expect([log, await filesOf(variantsDir)]).toEqual([[], []]);
});

test('a pool that is closed meanwhile ends the timing, and keeps nothing', async () => {
  const [modelsDir, variantsDir] = [await makeModels(slow, fast), await makeTestFolder()];
  const pool = startTestPool({ modelsDir, variantsDir });
  const ready = expect(pool.ready).rejects.toThrow('closed before an engine was ready');
  await pool.close(0);
  await ready;
  expect([pool.status(), await filesOf(variantsDir)]).toEqual([[], []]);
});

test('the default runs where the other variant is damaged: a warning says so, and nothing is kept', async () => {
  const [modelsDir, variantsDir] = [await makeModels(fast, slow), await makeTestFolder()];
  await appendFile(join(modelsDir, 'own/1/model.onnx'), 'x');
  const { pool, log } = await startChoosing(modelsDir, variantsDir);
  expect(runs(pool, slow)).toBe(true);
  expect(log[0]).toMatchObject({ level: 40, model: 'own@1', reason: expect.stringContaining('has the checksum') });
  expect(await filesOf(variantsDir)).toEqual([]);
});

test('where CUDA cannot be used, the CPU runs the models, the log says why, and the times of its variants are not kept for CUDA', async () => {
  const [modelsDir, variantsDir] = [await makeModels(slow, fast), await makeTestFolder()];
  const log: { level: number; msg: string }[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const pool = startTestPool({ modelsDir, variantsDir, logger, provider: 'cuda' });
  await pool.ready;
  expect(pool.status()[0]).toMatchObject({ provider: 'cpu' });
  expect(runs(pool, fast)).toBe(true);
  expect(log.filter(({ level }) => level >= pino.levels.values.warn!).map(({ msg }) => msg)).toEqual([
    expect.stringMatching(/^ENGINE_PROVIDER is cuda, but models run on the CPU: .+ Install .+\.$/),
  ]);
  expect(await filesOf(variantsDir)).toEqual([]);
  const file = join(await makeTestFolder(), 'red.png');
  await writeFile(file, await picture({ format: 'png', colour: '#ff0000' }));
  expect(await pool.analyze(analysisOf(file, 'own@1'))).toMatchObject({ ok: true });
});
