import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overlap } from '../../../src/recognition/box.ts';
import { expectCoco } from '../../support/coco.ts';
import { exampleBase64, exampleFile, exampleProducts, exampleShelf } from '../../support/examples.ts';
import {
  awaitActive,
  awaitEnd,
  createItem,
  createTask,
  expectType,
  failures,
  type Submitted,
  submitBatch,
  trySubmit,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** What is made of detections: shares, realogram, COCO; and what the options of an analysis do. Real engine, real models. */
const drinks = 'shelves/2-drinks.jpg';
/** The detector finds every facing of it, and nothing else. */
const household = 'shelves/3-household.jpg';
const tagsOf: Record<string, string[]> = {
  'pondello-lemon-soda': ['DE', 'soda'],
  'skovlie-orange-juice': ['SE'],
  'kirrawen-spring-water': ['DE', 'SE'],
  'vezzorina-passata': [],
  'dunnaby-plum-jam': [],
  'hustavik-chickpeas': [],
  'lathwenna-dish-liquid': [],
  'querrick-oat-rings': [],
  'kolvaro-dark-roast': [],
  'wimborel-mint-tea': [],
};
const location = { latitude: 52.52, longitude: -13.405 };

let sightline: TestSightline;
let user: User;
/** By slug. */
let items: Record<string, string>;
let computing: string;
let plain: string;
let verifying: string;
let submitted: Submitted;
let analyses: Data[];
let [whole, plainOne, swedish, unmatched, smooth, strict, tidy]: Data[] = [];

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const products = await exampleProducts(...Object.keys(tagsOf));
  const made = await Promise.all(
    products.map(async ({ slug, name, file }) => {
      const { id } = await createItem(user, {
        name,
        tags: tagsOf[slug],
        thumbnail: { base64: await exampleBase64(file) },
      });
      return [slug, id] as const;
    }),
  );
  items = Object.fromEntries(made);
  await awaitActive(user, Object.values(items));
  const catalogItemIds = Object.values(items);
  // The fast one, since what is made of names is no other with the slow one.
  const common = { catalogItemIds, topCandidates: 2, pipeline: 'shelf-fast' };
  computing = await createTask(user, { ...common, computeShares: true, computeRealogram: true });
  plain = await createTask(user, common);
  verifying = await createTask(user, { ...common, pipeline: 'shelf' });
  const file = await exampleFile(drinks);
  submitted = await submitBatch(
    user,
    [
      { file, location, externalId: 'whole', placeId: 'aisle-2', metadata: { visit: '7' } },
      { file, taskId: plain },
      { file, taskId: plain, options: { restrictToTags: ['SE', 'none', 'SE'] } },
      { file, options: { matchCatalog: false } },
      { file, taskId: verifying, options: { smoothNeighbors: true } },
      { file, taskId: plain, options: { threshold: 0.9, topCandidates: 0 } },
      // A corner of a pack is found with 0.57; all packs are surer.
      { file: await exampleFile(household), options: { threshold: 0.65 } },
    ],
    { taskId: computing },
  );
  // Too late for what was submitted.
  await updateTask({ id: computing, computeShares: false, computeRealogram: false });
  await updateTask({ id: plain, computeShares: true, computeRealogram: true });
  await awaitEnd(user, submitted);
  const { nodes } = await user.run(readAnalyses, { ids: submitted.ids });
  analyses = nodes;
  [whole, plainOne, swedish, unmatched, smooth, strict, tidy] = analyses;
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const readAnalyses = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        id status options detectionCount task { id } location { latitude longitude } image { id }
        detections { ...D }
        shares { catalogItem { id } facings facingShare areaShare linearShare }
        realogram { shelves {
          index box { x y width height } normalized: box(unit: NORMALIZED) { x y width height }
          positions { index level detection { ...D } }
        } }
        coco
      }
    }
  }
  fragment D on Detection {
    id confidence matchedBy catalogItem { id } box { x y width height } candidates { catalogItem { id } confidence }
  }
`;

async function updateTask(input: Record<string, unknown>): Promise<Data> {
  const mutation = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) {
    __typename ...Failures ... on Task { id computeShares computeRealogram } } } ${failures}`;
  return expectType((await user.run(mutation, { input })).updateTask, 'Task');
}

function itemIds(detections: Data[]): (string | null)[] {
  return detections.map(({ catalogItem }) => catalogItem?.id ?? null);
}

test('one batch holds analyses of several tasks', async () => {
  expect(analyses.map(({ status }) => status)).toEqual(analyses.map(() => 'SUCCEEDED'));
  const tasks = [computing, plain, plain, computing, verifying, plain, computing];
  expect(analyses.map(({ task }) => task.id)).toEqual(tasks);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Batch { task { id } total } } }', {
    id: submitted.batch.id,
  });
  expect(node).toEqual({ task: null, total: 7 });
});

test('what a task computes is fixed when an analysis is submitted', async () => {
  for (const { task, shares, realogram } of analyses) {
    if (task.id !== computing) expect([shares, realogram]).toEqual([null, null]);
    else expect([shares, realogram]).not.toContain(null);
  }
  expect(await updateTask({ id: plain, computeShares: null })).toMatchObject({
    computeShares: false,
    computeRealogram: true,
  });
});

describe('shares', () => {
  test('count every facing once, by item', () => {
    const counted = new Map<string | null, number>();
    for (const id of itemIds(whole.detections)) counted.set(id, (counted.get(id) ?? 0) + 1);
    const rows: Data[] = whole.shares;
    expect(new Map(rows.map(({ catalogItem, facings }) => [catalogItem?.id ?? null, facings]))).toEqual(counted);
    for (const kind of ['facingShare', 'areaShare', 'linearShare'])
      expect(rows.reduce((sum, row) => sum + row[kind], 0)).toBeCloseTo(1);
    for (const { facings, facingShare } of rows) expect(facingShare).toBeCloseTo(facings / whole.detectionCount);
  });

  test('have what has no name in one row of its own', () => {
    const all = { facings: unmatched.detectionCount, facingShare: 1, areaShare: 1, linearShare: 1 };
    expect(unmatched.shares).toEqual([{ catalogItem: null, ...all }]);
  });

  test('take length only from what stands on a shelf', () => {
    const standing: Data[] = positionsOf(whole).filter(({ level }) => level === 0);
    const length = (of: Data[]) => of.reduce((sum, { detection }) => sum + detection.box.width, 0);
    const soda = items['pondello-lemon-soda'];
    const ofSoda = standing.filter(({ detection }) => detection.catalogItem?.id === soda);
    const row = whole.shares.find(({ catalogItem }: Data) => catalogItem?.id === soda);
    expect(row.linearShare).toBeCloseTo(length(ofSoda) / length(standing));
    expect(row.linearShare).toBeLessThan(row.facingShare);
  });

  test('of a task are those of all that its analyses found, also without computeShares, within a range of time', async () => {
    const query = `query ($id: ID!, $none: DateTimeRange!, $all: DateTimeRange!) { node(id: $id) { ... on Task {
      ever: stats { shares { ...S } }
      all: stats(createdAt: $all) { succeeded shares { ...S } }
      none: stats(createdAt: $none) { succeeded shares { ...S } }
    } } } fragment S on ItemShare { catalogItem { id } facings facingShare areaShare linearShare }`;
    const [from, to] = ['2020-01-01T00:00:00Z', new Date().toISOString()];
    const read = async (id: string) => (await user.run(query, { id, all: { from }, none: { from: to } })).node;
    for (const id of [computing, plain]) {
      const stats = await read(id);
      const found = analyses.filter(({ task }) => task.id === id);
      expect(stats.all).toEqual({ succeeded: found.length, shares: sharesOf(found) });
      expect(stats.ever.shares).toEqual(stats.all.shares);
      expect(stats.none).toEqual({ succeeded: 0, shares: [] });
    }
  });
});

/** What several analyses found, summed here from their detections and realograms. */
function sharesOf(found: Data[]): Data[] {
  const facings = found.flatMap(({ coco }) => coco.annotations.map((one: Data) => ({ ...one, coco })));
  const keyOf = ({ category_id, coco }: Data): string =>
    coco.categories.find(({ id }: Data) => id === category_id).catalog_item_id ?? '';
  const area = (of: Data[]) => of.reduce((sum, one) => sum + one.area, 0);
  return [...Map.groupBy(facings, keyOf)]
    .map(([id, ofItem]) => ({
      catalogItem: id === '' ? null : { id },
      facings: ofItem.length,
      facingShare: expect.closeTo(ofItem.length / facings.length, 5),
      areaShare: expect.closeTo(area(ofItem) / area(facings), 5),
      linearShare: expect.any(Number),
    }))
    .sort(
      (a, b) =>
        Number(a.catalogItem === null) - Number(b.catalogItem === null) ||
        b.facings - a.facings ||
        (a.catalogItem!.id < b.catalogItem!.id ? -1 : 1),
    );
}

function positionsOf(analysis: Data): Data[] {
  return analysis.realogram.shelves.flatMap(({ positions }: Data) => positions);
}

describe('the realogram', () => {
  test('holds every detection once, on shelves from the top, from left to right and from the foot of stacks up', () => {
    const { shelves } = whole.realogram;
    expect(shelves.map(({ index }: Data) => index)).toEqual([0, 1, 2]);
    const ids = positionsOf(whole).map(({ detection }) => detection.id);
    expect([...ids].sort()).toEqual(whole.detections.map(({ id }: Data) => id).sort());
    for (const { positions, box, normalized } of shelves) {
      const keys = positions.map(({ index, level }: Data) => index * 100 + level);
      expect(keys).toEqual([...keys].sort((a, b) => a - b));
      for (const { detection } of positions) expect(overlap(detection.box, box)).toBeGreaterThan(0);
      expect(normalized.x * 1600).toBeCloseTo(box.x, 1);
      expect(normalized.height * 1200).toBeCloseTo(box.height, 1);
      // What is said of a box is no finer than what is known of it.
      for (const value of [box.x, box.width]) expect(value).toBe(Math.round(value * 10) / 10);
      for (const value of [normalized.x, normalized.width]) expect(value).toBe(Math.round(value * 1e5) / 1e5);
    }
  });

  test('is as the renderer built the shelf, stacks and cut-off packs included', async () => {
    const { facings } = await exampleShelf(household);
    const found: Data[] = tidy.realogram.shelves.flatMap(({ index: shelf, positions }: Data) =>
      positions.map(({ index: position, level, detection }: Data) => ({ shelf, position, level, box: detection.box })),
    );
    for (const { box, shelf, position, level } of facings) {
      const at = found.find((facing) => overlap(facing.box, box) > 0.5);
      expect(at).toMatchObject({ shelf, position, level });
    }
    expect(found).toHaveLength(facings.length);
  });
});

describe('COCO', () => {
  test('is a complete document of what was found, with where and of what it was', () => {
    const { coco } = whole;
    expectCoco(coco);
    expect(coco.images).toEqual([
      expect.objectContaining({
        width: 1600,
        height: 1200,
        analysis_id: whole.id,
        image_id: whole.image.id,
        external_id: 'whole',
        place_id: 'aisle-2',
        location,
        metadata: { visit: '7' },
      }),
    ]);
    const itemOf = new Map(coco.categories.map((category: Data) => [category.id, category.catalog_item_id ?? null]));
    expect(coco.annotations.map(({ category_id }: Data) => itemOf.get(category_id))).toEqual(itemIds(whole.detections));
    expect(coco.annotations.map(({ detection_id, bbox, score }: Data) => [detection_id, bbox, score])).toEqual(
      whole.detections.map(({ id, box, confidence }: Data) => [id, [box.x, box.y, box.width, box.height], confidence]),
    );
  });

  test('is there without any name, and without the picture', async () => {
    expectCoco(unmatched.coco);
    expect(unmatched.coco.categories).toEqual([expect.objectContaining({ id: 1, name: 'unknown' })]);
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }', { ids: [unmatched.image.id] });
    const [after] = (await user.run(readAnalyses, { ids: [unmatched.id] })).nodes;
    expect(after).toMatchObject({ image: null, detectionCount: unmatched.detectionCount });
    expectCoco(after.coco);
    expect(after.coco.images[0].image_id).toBeNull();
    expect(after.coco.annotations).toEqual(unmatched.coco.annotations);
  });
});

describe('the options of an analysis', () => {
  test('are told as they were submitted, each tag once', () => {
    expect(analyses.map(({ options }) => options)).toEqual([
      {},
      {},
      { restrictToTags: ['SE', 'none'] },
      { matchCatalog: false },
      { smoothNeighbors: true },
      { threshold: 0.9, topCandidates: 0 },
      { threshold: 0.65 },
    ]);
    expect(analyses.map((analysis) => analysis.location)).toEqual([location, null, null, null, null, null, null]);
  });

  test('restrictToTags looks for items with one of the tags only', () => {
    const tagged = [items['skovlie-orange-juice'], items['kirrawen-spring-water']];
    const named = itemIds(swedish.detections).filter((id) => id !== null);
    expect(new Set(named)).toEqual(new Set(tagged));
    const listed = swedish.detections.flatMap(({ candidates }: Data) =>
      candidates.map((one: Data) => one.catalogItem.id),
    );
    expect(new Set(listed)).toEqual(new Set(tagged));
    expect(itemIds(plainOne.detections)).toContain(items['pondello-lemon-soda']);
  });

  test('matchCatalog false finds the same products and names none', () => {
    expect(unmatched.detectionCount).toBe(plainOne.detectionCount);
    for (const { catalogItem, candidates, matchedBy } of unmatched.detections)
      expect([catalogItem, candidates, matchedBy]).toEqual([null, [], null]);
  });

  test('threshold and topCandidates are those of the analysis, not of the task', () => {
    expect(strict.detectionCount).toBeGreaterThan(0);
    expect(strict.detectionCount).toBeLessThan(plainOne.detectionCount);
    for (const { confidence, candidates } of strict.detections) {
      expect(confidence).toBeGreaterThanOrEqual(0.9);
      expect(candidates).toEqual([]);
    }
    for (const { candidates } of plainOne.detections) expect(candidates).toHaveLength(2);
  });

  test('smoothNeighbors gives the rest of a run the name that its first ones got, which is the right one', async () => {
    const { facings } = await exampleShelf(drinks);
    const isRight = ({ catalogItem, box }: Data) => {
      const slug = facings.find((facing) => overlap(facing.box, box) > 0.5)?.product;
      return slug != null && catalogItem?.id === items[slug];
    };
    const by = (method: string) => smooth.detections.filter(({ matchedBy }: Data) => matchedBy === method);
    expect(by('NEIGHBOR').length).toBeGreaterThan(0);
    expect(by('NEIGHBOR').every(isRight)).toBe(true);
    for (const { catalogItem, candidates } of by('NEIGHBOR')) {
      expect(candidates[0].catalogItem.id).toBe(catalogItem.id);
      expect(candidates).toHaveLength(2);
      const verified = by('VERIFIED').filter((other: Data) => other.catalogItem.id === catalogItem.id);
      expect(verified.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('are refused with all that is wrong, and nothing is stored', async () => {
    const file = await exampleFile(drinks);
    const refused = await trySubmit(
      user,
      [
        { file, location: { latitude: 90.5, longitude: -181 } },
        { file, options: { restrictToTags: [] } },
        { file, options: { restrictToTags: Array.from({ length: 21 }, (_, index) => `tag ${index}`) } },
        { file, options: { restrictToTags: [' '], threshold: 1.5, topCandidates: 21 } },
      ],
      { taskId: plain },
    );
    expect(expectType(refused, 'ValidationError').issues.map(({ path }: Data) => path.join('.'))).toEqual([
      'images.0.location.latitude',
      'images.0.location.longitude',
      'images.1.options.restrictToTags',
      'images.2.options.restrictToTags',
      'images.3.options.threshold',
      'images.3.options.topCandidates',
      'images.3.options.restrictToTags.0',
    ]);
  });
});
