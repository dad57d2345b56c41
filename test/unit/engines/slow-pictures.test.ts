import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkEngine } from '../../../workers/engines/pool/fork-engine.ts';
import type { EnginePool } from '../../../workers/engines/pool/pool.ts';
import { picture } from '../../support/pictures.ts';
import { heicOfTiles, jpegOfScans } from '../../support/slow-pictures.ts';
import { analysisOf } from './support/analysis.ts';
import { makeTestFolder, startPoolForFile } from './support/pools.ts';

/** Real engines, and pictures that take a processor more than a second where less than half of one is allowed. */
const pipeline = 'shelf-fast@2';
let pool: EnginePool;
let starts = 0;

beforeAll(async () => {
  pool = startPoolForFile({
    decodingLimit: { cpuMs: 400, elapsedMs: 50_000 },
    fork: (threads) => {
      starts += 1;
      return forkEngine(threads);
    },
  });
  await pool.ready;
});
afterAll(() => pool?.close(0));

async function files(bytes: Buffer): Promise<{ bad: string; good: string; target: string }> {
  const folder = await makeTestFolder();
  const [bad, good, target] = ['bad', 'good', 'target.webp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(bad, bytes);
  await writeFile(good, await picture({ colour: '#204060' }));
  return { bad, good, target };
}

async function heic(): Promise<Buffer> {
  const coded = await readFile(join(import.meta.dirname, '../../fixtures/heic/product.heic'));
  return heicOfTiles(coded, { width: 160, height: 120 });
}

const failed = { ok: false, attempts: 1, failure: { code: 'DECODING_TIME_EXCEEDED', retryable: false } };
const describeJob = (file: string) => ({ id: file, file, pipeline, features: false, priority: 0 });

describe.each([
  ['a HEIC of 961 tiles', heic],
  ['a progressive JPEG of 99 scans', async () => jpegOfScans(7_000, 98)],
])('%s', (_title, make) => {
  test('fails at once, whatever is to be done with it, and good pictures before and behind it succeed', async () => {
    const { bad, good, target } = await files(await make());
    const outcomes = await Promise.all([
      pool.analyze(analysisOf(good, pipeline)),
      pool.analyze(analysisOf(bad, pipeline)),
      pool.analyze(analysisOf(good, pipeline)),
    ]);
    expect(outcomes).toMatchObject([{ ok: true }, failed, { ok: true }]);
    expect(await Promise.all([pool.describe(describeJob(bad)), pool.describe(describeJob(good))])).toMatchObject([
      failed,
      { ok: true },
    ]);
    const render = (file: string) => pool.render({ id: file, file, renditions: [{ width: 20, target }], priority: 0 });
    expect(await Promise.all([render(bad), render(good)])).toMatchObject([failed, { ok: true }]);
  });

  test('costs one engine, however many jobs of it wait', async () => {
    const { bad, good } = await files(await make());
    await pool.describe(describeJob(good));
    const before = starts;
    const jobs = Array.from({ length: 5 }, () => pool.analyze(analysisOf(bad, pipeline)));
    for (const outcome of await Promise.all(jobs))
      expect(outcome).toMatchObject({ ok: false, failure: { code: 'DECODING_TIME_EXCEEDED' } });
    expect(await pool.describe(describeJob(good))).toMatchObject({ ok: true });
    expect(starts - before).toBe(1);
  });
});
