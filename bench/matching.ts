/**
 * Seconds that an engine needs for a shelf of a hundred packs and a catalogue of a hundred items, with the default pipeline,
 * which compares details, and with the fast one, which does not: as seconds on two threads, and as a multiple of what
 * the detector and the embedder alone take in the same run. Twice: products three times side by side, as shelves are filled,
 * and a hundred different ones, where no neighbour spares a comparison.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { overlap } from '../src/recognition/box.ts';
import {
  type AnalyzeOutcome,
  type EnginePool,
  type ItemMatrix,
  startEnginePool,
} from '../workers/engines/pool/pool.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { drawCatalogue, drawShelf, type Standing } from './support/shelf-picture.ts';
import { median } from './support/statistics.ts';

const items = 100;
const threads = 2;

interface Shelf {
  file: string;
  packs: Standing[];
}

await runBench('matching', async (bench): Promise<Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  bench.started.defer(() => rm(folder, { recursive: true, force: true }));
  bench.say(`drawing ${items} products and two shelves of a hundred packs`);
  const catalogue = await drawCatalogue(folder, items);
  const filled: Shelf = { file: join(folder, 'filled.jpg'), packs: [] };
  const mixed: Shelf = { file: join(folder, 'mixed.jpg'), packs: [] };
  filled.packs = await drawShelf(filled.file, 3);
  mixed.packs = await drawShelf(mixed.file, 1);
  const analyze = await startEngine(bench, catalogue);
  const rounds = bench.quick ? 1 : 7;
  return [
    ...(await measure(bench, rounds, 'shelf', { name: 'shelf', shelf: filled, analyze, reach: 3 })),
    ...(await measure(bench, rounds, 'shelf, no two alike', { name: 'shelf', shelf: mixed, analyze, reach: 3 })),
    ...(await measure(bench, rounds, 'shelf-fast', { name: 'shelf-fast', shelf: filled, analyze, reach: 0.6 })),
  ];
});

type Analyze = (name: string, file: string) => Promise<AnalyzeOutcome>;

async function measure(
  bench: Bench,
  rounds: number,
  what: string,
  { name, shelf, analyze, reach }: { name: string; shelf: Shelf; analyze: Analyze; reach: number },
): Promise<Figure[]> {
  // Once before it counts: code is compiled, features of the catalogue are in the engine.
  const first = await analyze(name, shelf.file);
  bench.say(`${what}: ${describeNaming(first, shelf)}`);
  const seconds: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const { timings } = await analyze(name, shelf.file);
    const ms = performance.now() - startedAt;
    seconds.push(ms / 1000);
    ratios.push(ms / timings.inferenceMs);
  }
  const note = `rounds ${seconds.map((each) => each.toFixed(2)).join(', ')}`;
  return [
    { what, value: median(seconds), unit: 's', digits: 2, better: 'lower', reach, note },
    { what: `${what} ÷ detector and embedder`, value: median(ratios), unit: '', digits: 2, better: 'lower' },
  ];
}

function describeNaming({ detections }: AnalyzeOutcome, { packs }: Shelf): string {
  const right = packs.filter(({ product, ...box }) =>
    detections.some((found) => found.itemId === String(product) && overlap(found, box) > 0.5),
  );
  const named = detections.filter(({ itemId }) => itemId !== null);
  return `${packs.length} packs, ${detections.length} found, ${named.length} named, ${right.length} of them right`;
}

async function startEngine({ started }: Bench, catalogue: readonly string[]): Promise<Analyze> {
  const pool = startEnginePool({
    modelsDir: `${projectRoot}/models`,
    engines: 1,
    threads,
    maxImagePixels: 50_000_000,
    queueLimit: catalogue.length,
    logger: pino({ level: 'silent' }),
  });
  started.defer(() => pool.close(0));
  await pool.ready;
  const { matrix, features } = await describeCatalogue(pool, catalogue);
  return async (name, file) => {
    const pipeline = name === 'shelf' ? 'shelf@4' : 'shelf-fast@3';
    const options = {
      threshold: null,
      topCandidates: 1,
      matchCatalog: true,
      smoothNeighbors: false,
      readText: false,
      acceptGroups: null,
    };
    const job = { id: name, file, pipeline, matrix, maxProcessingMs: null, describe: false, priority: 0, ...options };
    const outcome = await pool.analyze(job, {
      findFeatures: async (_model, wanted) =>
        wanted.map(({ pictureId }) => ({ pictureId, features: features.get(pictureId)! })),
    });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    return outcome;
  };
}

async function describeCatalogue(
  pool: EnginePool,
  files: readonly string[],
): Promise<{ matrix: ItemMatrix; features: Map<string, Uint8Array> }> {
  const described = await Promise.all(
    files.map(async (file, index) => {
      const job = { id: String(index), file, pipeline: 'shelf@4', features: true, priority: 0 };
      const outcome = await pool.describe(job);
      if (!outcome.ok) throw new Error(outcome.failure.message);
      return outcome;
    }),
  );
  const itemIds = files.map((_, index) => String(index));
  const dims = described[0]!.embedding.length;
  const data = new Float32Array(files.length * dims);
  for (const [row, { embedding }] of described.entries()) data.set(embedding, row * dims);
  const pictureIds = itemIds.map((id) => [id]);
  const matrix = { key: 'bench', version: '1', itemIds, pictureIds, dims, data };
  return { matrix, features: new Map(described.map(({ features }, index) => [itemIds[index]!, features!])) };
}
