import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overlap } from '../../../src/recognition/box.ts';
import type {
  AnalyzeJob,
  AnalyzeOutcome,
  EnginePool,
  FoundDetection,
  JobHooks,
} from '../../../workers/engines/pool/pool.ts';
import type { WantedFeatures } from '../../../workers/engines/protocol/item-matrix.ts';
import { exampleProducts, exampleShelf } from '../../support/examples.ts';
import {
  answerFrom,
  type Catalogue,
  describeExamples,
  examplesFolder,
  withoutItems,
} from './support/described-examples.ts';
import { startPoolForFile, startTestPool } from './support/pools.ts';

/** The default pipeline's verifier in a real engine, on a shelf of examples/ and products of it. */
const shelf = 'shelves/6-evening.jpg';
const pipeline = 'shelf@3';
const slugs = [
  'chazwick-paprika-crisps',
  'querrick-oat-rings',
  'vezzorina-passata',
  'kolvaro-dark-roast',
  'lathwenna-dish-liquid',
  'skovlie-orange-juice',
  'wimborel-mint-tea',
  'wimborel-rosehip-tea',
];

let pool: EnginePool;
let catalogue: Catalogue;
let facings: Awaited<ReturnType<typeof exampleShelf>>['facings'];
beforeAll(async () => {
  pool = startPoolForFile({ threads: 2 });
  catalogue = await describeExamples(pool, await exampleProducts(...slugs), pipeline);
  ({ facings } = await exampleShelf(shelf));
});
afterAll(() => pool.close(0));

function job(change: Partial<AnalyzeJob> = {}): AnalyzeJob {
  return {
    id: 'an',
    file: `${examplesFolder}${shelf}`,
    pipeline,
    threshold: null,
    topCandidates: 3,
    matchCatalog: true,
    smoothNeighbors: false,
    readText: false,
    acceptGroups: null,
    matrix: catalogue.matrix,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
    ...change,
  };
}

async function analyze(change: Partial<AnalyzeJob> = {}, hooks: JobHooks = {}): Promise<AnalyzeOutcome> {
  const outcome = await pool.analyze(job(change), { findFeatures: answerFrom(catalogue), ...hooks });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome;
}

/** What was found where the shelf truly has one of these products; null: of one that is in no catalogue. */
function foundOf(outcome: AnalyzeOutcome, products: readonly (string | null)[]): FoundDetection[] {
  return facings
    .filter(({ product }) => products.includes(product))
    .flatMap(({ box }) => outcome.detections.find((detection) => overlap(detection, box) > 0.5) ?? []);
}

describe('a pipeline with a verifier', () => {
  test('names every product of the catalogue by its details, sisters apart, and no other', async () => {
    const outcome = await analyze();
    for (const slug of slugs) {
      const found = foundOf(outcome, [slug]);
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(found.map(({ itemId, matchedBy }) => [itemId, matchedBy])).toEqual(found.map(() => [slug, 'VERIFIED']));
    }
    const unknown = foundOf(outcome, [null]);
    expect(unknown.length).toBeGreaterThanOrEqual(2);
    for (const { itemId, matchedBy, confidence, objectness, candidates } of unknown) {
      expect([itemId, matchedBy]).toEqual([null, null]);
      expect(confidence).toBe(objectness);
      expect(candidates).toHaveLength(3);
    }
  });

  test('leaves a product open whose sister is in the catalogue, and lists the sister first', async () => {
    const { matrix } = withoutItems(catalogue, ['wimborel-mint-tea']);
    const found = foundOf(await analyze({ matrix }), ['wimborel-mint-tea']);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.map(({ itemId, candidates }) => [itemId, candidates[0]!.itemId])).toEqual(
      found.map(() => [null, 'wimborel-rosehip-tea']),
    );
  });

  test('gives the rest of a group the name of those that were verified when neighbours are smoothed', async () => {
    const found = foundOf(await analyze({ smoothNeighbors: true }), ['vezzorina-passata']);
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found.map(({ itemId }) => itemId)).toEqual(found.map(() => 'vezzorina-passata'));
    const matchedBy = found.map((detection) => detection.matchedBy);
    expect(matchedBy).toContain('VERIFIED');
    expect(matchedBy).toContain('NEIGHBOR');
  });

  test('compares the rest of a group whose first ones no name was found for, also when neighbours are smoothed', async () => {
    const { matrix } = withoutItems(catalogue, ['vezzorina-passata']);
    const candidatesOf = async (smoothNeighbors: boolean) =>
      foundOf(await analyze({ matrix, smoothNeighbors }), ['vezzorina-passata']).map(({ candidates }) => candidates);
    const candidates = await candidatesOf(true);
    expect(candidates.length).toBeGreaterThanOrEqual(4);
    expect(candidates).toEqual(await candidatesOf(false));
    expect(candidates.filter(({ length }) => length > 0)).toEqual(candidates);
  });

  test('knows an item by the pictures that it was taught, and leaves open what agrees no better than with a counter-example', async () => {
    const tea = 'wimborel-mint-tea';
    const { matrix } = catalogue;
    const row = slugs.indexOf(tea);
    const [from, to] = [row * matrix.dims, (row + 1) * matrix.dims];
    const own = { pictureIds: [tea], data: matrix.data.slice(from, to) };
    const nothing = { pictureIds: [], data: new Float32Array() };
    // The item has no picture of its own that looks like it.
    const blank = {
      ...matrix,
      data: matrix.data.slice(),
      pictureIds: slugs.map((slug) => (slug === tea ? [] : [slug])),
    };
    blank.data.fill(0, from, to);
    const learned = {
      ...blank,
      key: 'learned',
      taught: { references: { ...own, rows: [row], alone: [true] }, counterExamples: { ...nothing, itemsBefore: [] } },
    };
    const byReference = foundOf(await analyze({ matrix: learned }), [tea]);
    expect(byReference.length).toBeGreaterThanOrEqual(2);
    expect(byReference.map(({ itemId, matchedBy }) => [itemId, matchedBy])).toEqual(
      byReference.map(() => [tea, 'VERIFIED']),
    );
    const countered = (key: string, itemsBefore: string | null) => ({
      ...matrix,
      key,
      taught: {
        references: { ...nothing, rows: [], alone: [] },
        counterExamples: { ...own, itemsBefore: [itemsBefore] },
      },
    });
    const against = foundOf(await analyze({ matrix: countered('countered', null) }), [tea]);
    expect(against.map(({ itemId, candidates }) => [itemId, candidates[0]!.itemId])).toEqual(
      against.map(() => [null, tea]),
    );
    const older = foundOf(await analyze({ matrix: countered('older', tea) }), [tea]);
    expect(older.map(({ itemId }) => itemId)).toEqual(older.map(() => tea));
  });

  test('knows items without features by their appearance, and asks for none', async () => {
    const wanted: WantedFeatures[] = [];
    const matrix = { ...catalogue.matrix, version: 'old', pictureIds: slugs.map(() => []) };
    const findFeatures = async (_model: string, asked: WantedFeatures[]) => {
      wanted.push(...asked);
      return [];
    };
    const { detections } = await analyze({ matrix }, { findFeatures });
    const named = detections.filter(({ itemId }) => itemId !== null);
    expect(named.length).toBeGreaterThan(5);
    expect(new Set(named.map(({ matchedBy }) => matchedBy))).toEqual(new Set(['APPEARANCE']));
    expect(wanted).toEqual([]);
  });

  test('asks once for each picture, of the right model, and finds the same again without asking', async () => {
    const fresh = startTestPool({ threads: 2 });
    const asked: string[] = [];
    const findFeatures = (model: string, wanted: WantedFeatures[]) => {
      asked.push(...wanted.map(({ itemId, pictureId }) => `${model} ${itemId} ${pictureId}`));
      return answerFrom(catalogue)(model, wanted);
    };
    const first = await fresh.analyze(job(), { findFeatures });
    expect(asked.sort()).toEqual(slugs.map((slug) => `local-features@1 ${slug} ${slug}`).sort());
    const second = await fresh.analyze(job(), { findFeatures });
    expect(asked).toHaveLength(slugs.length);
    expect(second).toEqual({ ...first, timings: expect.anything() });
  });
});

describe('an engine that waits for features', () => {
  /** In a pool of its own, since engines die here or know nothing yet. */
  function waitingJob(hooks: JobHooks, change: Partial<AnalyzeJob> = {}) {
    const own = startTestPool({ threads: 2 });
    return { own, outcome: own.analyze(job(change), hooks) };
  }
  const never = () => new Promise<never>(() => {});
  const failure = { code: 'INTERNAL', retryable: true, message: expect.stringContaining('could not be read') };

  test('fails the analysis, to be tried again, when they cannot be read, and goes on', async () => {
    const findFeatures = () => Promise.reject(new Error('The database is gone.'));
    const { own, outcome } = waitingJob({ findFeatures });
    expect(await outcome).toMatchObject({ ok: false, attempts: 1, failure });
    expect(JSON.stringify(await outcome)).not.toContain('database');
    expect(await own.analyze(job())).toMatchObject({ ok: false, failure });
    expect(await own.analyze(job(), { findFeatures: answerFrom(catalogue) })).toMatchObject({ ok: true, attempts: 1 });
  });

  test('gives up by itself when its time is over', async () => {
    const { own, outcome } = waitingJob({ findFeatures: never }, { maxProcessingMs: 5_000 });
    await own.ready;
    const { pid } = own.status()[0]!;
    expect(await outcome).toMatchObject({ ok: false, failure: { code: 'PROCESSING_TIME_EXCEEDED' } });
    expect(own.status()[0]!.pid).toBe(pid);
  });

  test('stops waiting for a job that is canceled, and takes the next one', async () => {
    const controller = new AbortController();
    const findFeatures = () => {
      controller.abort();
      return never();
    };
    const { own, outcome } = waitingJob({ findFeatures, signal: controller.signal });
    await own.ready;
    const { pid } = own.status()[0]!;
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
    expect(await own.analyze(job({ id: 'next', matchCatalog: false }))).toMatchObject({ ok: true, attempts: 1 });
    expect(own.status()[0]!.pid).toBe(pid);
  });

  test('may die of something else: the job goes again', async () => {
    let killed = 0;
    const { own, outcome } = waitingJob({
      findFeatures: (model, wanted) => {
        if (killed++ === 0) process.kill(own.status()[0]!.pid!, 'SIGKILL');
        return answerFrom(catalogue)(model, wanted);
      },
    });
    expect(await outcome).toMatchObject({ ok: true, attempts: 2 });
  });

  test('asks whoever gave the job, and never one about the pictures of another', async () => {
    const own = startTestPool({ threads: 2 });
    const asked = { a: new Set<string>(), b: new Set<string>() };
    const give = (owner: 'a' | 'b') => {
      const pictureIds = slugs.map((slug) => [`${owner} ${slug}`]);
      return own.analyze(job({ id: owner, matrix: { ...catalogue.matrix, key: owner, pictureIds } }), {
        findFeatures: async (_model, wanted) => {
          for (const { pictureId } of wanted) asked[owner].add(pictureId);
          return wanted.map(({ itemId, pictureId }) => ({ pictureId, features: catalogue.features.get(itemId!)! }));
        },
      });
    };
    const outcomes = await Promise.all([give('a'), give('b')]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    for (const owner of ['a', 'b'] as const)
      expect([...asked[owner]].sort()).toEqual(slugs.map((slug) => `${owner} ${slug}`).sort());
  });
});

test('an analysis by a pipeline without a verifier asks for no features and names by appearance', async () => {
  const { matrix } = await describeExamples(pool, await exampleProducts(...slugs), 'shelf-fast@2');
  const { detections } = await analyze(
    { pipeline: 'shelf-fast@2', matrix: { ...matrix, key: 'by appearance' } },
    { findFeatures: neverAsked },
  );
  expect(new Set(detections.map(({ matchedBy }) => matchedBy))).toEqual(new Set(['APPEARANCE', null]));
});

async function neverAsked(): Promise<never> {
  throw new Error('It asked for features.');
}
