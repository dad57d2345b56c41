import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { overlap } from '../../../src/recognition/box.ts';
import type { AnalyzeJob, EnginePool } from '../../../workers/engines/pool/pool.ts';
import type { ItemMatrix } from '../../../workers/engines/protocol/item-matrix.ts';
import { makeTestFolder, modelsDir, startTestPool } from './support/pools.ts';

/** One real engine with the real models, working on the pictures of examples/. */
const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const shelf = 'shelves/1-breakfast.jpg';

interface Facing {
  product: string | null;
  box: { x: number; y: number; width: number; height: number };
}

let products: { slug: string; file: string }[];
let facings: Facing[];

beforeAll(async () => {
  const read = async (name: string) => JSON.parse(await readFile(join(examples, name), 'utf8'));
  products = (await read('catalog.json')).products;
  facings = (await read('truth.json')).shelves.find(({ file }: { file: string }) => file === shelf).facings;
});

function analysis(change: Partial<AnalyzeJob> = {}): AnalyzeJob {
  return {
    id: 'an',
    file: join(examples, shelf),
    pipeline: 'shelf-fast@2',
    threshold: null,
    topCandidates: 3,
    matchCatalog: true,
    smoothNeighbors: false,
    readText: false,
    acceptGroups: null,
    matrix: null,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
    ...change,
  };
}

async function embedCatalogue(pool: EnginePool): Promise<ItemMatrix> {
  const described = await Promise.all(
    products.map(({ slug, file }) =>
      pool.describe({ id: slug, file: join(examples, file), pipeline: 'shelf-fast@2', features: false, priority: 0 }),
    ),
  );
  const embeddings = described.map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.failure.message);
    expect(outcome.modelVersion).toBe('product-embedder@2');
    return outcome.embedding;
  });
  const dims = embeddings[0]!.length;
  const data = new Float32Array(embeddings.length * dims);
  for (const [row, embedding] of embeddings.entries()) data.set(embedding, row * dims);
  return {
    key: 'task',
    version: '1',
    itemIds: products.map(({ slug }) => slug),
    pictureIds: products.map(() => []),
    dims,
    data,
  };
}

describe('a real engine', () => {
  test('finds the products of a shelf, names those of the catalogue, and finds the same again', async () => {
    const pool = startTestPool({ threads: 2 });
    const matrix = await embedCatalogue(pool);
    const outcome = await pool.analyze(analysis({ matrix }));
    if (!outcome.ok) throw new Error(outcome.failure.message);
    expect(outcome).toMatchObject({ width: 1600, height: 1200, attempts: 1 });
    const found = facings.map((facing) => outcome.detections.find((detection) => overlap(detection, facing.box) > 0.5));
    expect(found.filter(Boolean).length / facings.length).toBeGreaterThan(0.9);
    const known = found.flatMap((detection, index) =>
      detection && facings[index]!.product ? [{ detection, slug: facings[index]!.product }] : [],
    );
    const named = known.filter(({ detection }) => detection.itemId !== null);
    expect(named.length / known.length).toBeGreaterThan(0.7);
    expect(named.filter(({ detection, slug }) => detection.itemId === slug).length / named.length).toBeGreaterThan(
      0.95,
    );
    for (const detection of outcome.detections) {
      expect(detection.confidence).toBeGreaterThanOrEqual(0.5);
      expect(detection.candidates).toHaveLength(3);
      expect(detection.matchedBy).toBe(detection.itemId === null ? null : 'APPEARANCE');
      if (detection.itemId === null) expect(detection.confidence).toBe(detection.objectness);
    }
    // The matrix is not sent a second time: the engine holds it.
    const again = await pool.analyze(analysis({ matrix }));
    expect(again).toEqual({ ...outcome, timings: expect.anything() });
  });

  test('finds without naming when it is not to match, more with a lower threshold, fewer with a higher one', async () => {
    const pool = startTestPool({ threads: 2 });
    const count = async (threshold: number | null) => {
      const outcome = await pool.analyze(analysis({ matchCatalog: false, threshold }));
      if (!outcome.ok) throw new Error(outcome.failure.message);
      expect(
        outcome.detections.every(({ itemId, confidence }) => itemId === null && confidence >= (threshold ?? 0.5)),
      ).toBe(true);
      return outcome.detections.length;
    };
    const [low, usual, high] = [await count(0.2), await count(null), await count(0.95)];
    expect(low).toBeGreaterThan(usual);
    expect(usual).toBeGreaterThan(high);
  });

  test('tiles a picture whose products are too small for the detector', async () => {
    const pool = startTestPool({ threads: 2 });
    const folder = await makeTestFolder();
    const tile = await sharp(join(examples, shelf)).resize({ width: 1000 }).toBuffer();
    const input = Array.from({ length: 36 }, (_, index) => ({
      input: tile,
      left: (index % 6) * 1000,
      top: Math.floor(index / 6) * 750,
    }));
    const file = join(folder, 'far-away.jpg');
    await sharp({ create: { width: 6000, height: 4500, channels: 3, background: '#808080' } })
      .composite(input)
      .jpeg()
      .toFile(file);
    const outcome = await pool.analyze(analysis({ file, matchCatalog: false }));
    if (!outcome.ok) throw new Error(outcome.failure.message);
    // Without tiles it finds about a quarter of them: products are 15 pixels wide in the detector's input.
    expect(outcome.detections.length / (facings.length * 36)).toBeGreaterThan(0.5);
  });

  test('sees whole packs on a picture taken from near, where the detector alone finds only parts of them', async () => {
    const pool = startTestPool({ threads: 2 });
    const file = join(await makeTestFolder(), 'near.png');
    const [first, second] = facings.map(({ box }) => box);
    const left = Math.floor(first!.x);
    const area = { left, top: 35, width: Math.ceil(second!.x + second!.width) - left, height: 375 };
    await sharp(join(examples, shelf)).extract(area).resize({ width: 1600 }).png().toFile(file);
    const outcome = await pool.analyze(analysis({ file, matchCatalog: false }));
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const scale = 1600 / area.width;
    const packs = [first!, second!].map(({ x, y, width, height }) => ({
      x: (x - area.left) * scale,
      y: (y - area.top) * scale,
      width: width * scale,
      height: height * scale,
    }));
    expect(outcome.detections).toHaveLength(packs.length);
    for (const pack of packs)
      expect(Math.max(...outcome.detections.map((found) => overlap(found, pack)))).toBeGreaterThan(0.8);
  });

  test('fails a late job by itself between two runs, and goes on', async () => {
    const pool = startTestPool({ threads: 1 });
    await pool.ready;
    const pid = pool.status()[0]!.pid;
    const [late, after] = await Promise.all([
      pool.analyze(analysis({ maxProcessingMs: 1 })),
      pool.analyze(analysis({ id: 'after', matchCatalog: false })),
    ]);
    expect(late).toMatchObject({ ok: false, failure: { code: 'PROCESSING_TIME_EXCEEDED' } });
    expect(after.ok).toBe(true);
    expect(pool.status()[0]!.pid).toBe(pid);
  });

  test('says what is wrong with a picture or a pipeline', async () => {
    const pool = startTestPool();
    const file = join(await makeTestFolder(), 'broken.jpg');
    const whole = await readFile(join(examples, shelf));
    await writeFile(file, whole.subarray(0, whole.length / 2));
    expect(await pool.analyze(analysis({ file }))).toMatchObject({ ok: false, failure: { code: 'INVALID_IMAGE' } });
    expect(await pool.analyze(analysis({ pipeline: 'shelf@0' }))).toMatchObject({
      failure: { code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('shelf@3') },
    });
    const missing = await pool.analyze(analysis({ file: '/nowhere/secret-name.jpg' }));
    expect(missing).toMatchObject({ ok: false, failure: { code: 'INTERNAL', retryable: true } });
    expect(JSON.stringify(missing)).not.toContain('secret-name');
  });

  test('writes smaller copies without metadata, never larger ones', async () => {
    const pool = startTestPool();
    const folder = await makeTestFolder();
    const original = join(folder, 'original.jpg');
    await sharp(join(examples, shelf)).resize({ width: 600 }).withMetadata({ orientation: 6 }).jpeg().toFile(original);
    const renditions = [320, 1280].map((width) => ({ width, target: join(folder, `${width}.jpg`) }));
    const outcome = await pool.render({ id: 'r', file: original, renditions, priority: 0 });
    expect(outcome).toMatchObject({ ok: true, width: 450, height: 600, written: [{ width: 320 }, { width: 450 }] });
    for (const { target } of renditions) {
      const metadata = await sharp(target).metadata();
      expect([metadata.format, metadata.orientation, metadata.exif]).toEqual(['jpeg', undefined, undefined]);
      expect((await stat(target)).size).toBeGreaterThan(1000);
    }
  });

  test('says which file is not the one of its manifest', async () => {
    const folder = await makeTestFolder();
    const { cp } = await import('node:fs/promises');
    await cp(modelsDir, folder, { recursive: true });
    await writeFile(join(folder, 'product-embedder/2/product-embedder.int8.onnx'), 'something else');
    const pool = startTestPool({ modelsDir: folder });
    await expect(pool.ready).rejects.toThrow(/product-embedder\.int8\.onnx has the checksum [0-9a-f]{64}, but/);
  });

  test('ends when the process that started it is killed', async () => {
    const { fork } = await import('node:child_process');
    const pools = fileURLToPath(new URL('../../../workers/engines/pool/pool.ts', import.meta.url));
    const program = `
      import { startEnginePool } from ${JSON.stringify(pools)};
      const logger = { error() {}, warn() {} };
      const pool = startEnginePool({ modelsDir: ${JSON.stringify(modelsDir)}, engines: 1, threads: 1, maxImagePixels: 1e6, queueLimit: 1, logger });
      await pool.ready;
      process.send(pool.status()[0].pid);`;
    const parent = fork('-', { execArgv: ['--input-type=module', '--eval', program] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(message as number)));
    expect(process.kill(pid, 0)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  });
});

/** A process that has ended but was not yet waited for by anybody is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(status);
}
