import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { maxCorrections } from '../../../src/corrections/correct.service.ts';
import { encodeId, newId } from '../../../src/ids.ts';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import type { Data } from '../../support/user.ts';
import {
  correct,
  correctOne,
  createShop,
  found,
  item,
  missed,
  moved,
  noProduct,
  readDetections,
  readItems,
  type Shop,
  tryCorrect,
  unknown,
} from './client.ts';

let sightline: TestSightline;
let shop: Shop;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline);
  return () => shop.user.close();
});

test('a correction is kept beside the result, which stays as it was found', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const before = await readDetections(user, analysisId, 'FOUND');
  const made = await correctOne(user, found(`${analysisId}-0`, item(coffee)));
  expect(made).toMatchObject({
    status: 'APPLIED',
    verdict: 'ITEM',
    catalogItem: { id: coffee },
    foundCatalogItem: { id: tea },
    analysis: { id: analysisId },
    detection: { id: `${analysisId}-0` },
    box: { x: 100, y: 100, width: 100, height: 200 },
    actor: null,
  });
  const correction = { id: made.id, status: 'APPLIED' };
  const after = await readDetections(user, analysisId, 'FOUND');
  expect(after).toEqual([{ ...before[0], correction }, before[1], before[2]]);
  expect(await readDetections(user, analysisId, 'CORRECTED')).toEqual([
    { ...before[0], catalogItem: { id: coffee }, matchedBy: 'CORRECTION', confidence: 1, correction },
    before[1],
    before[2],
  ]);
});

test('each row has its own outcome, and bad rows leave the good ones', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const nobody = encodeId('analysis', newId());
  const results = await correct(
    user,
    found(`${analysisId}-0`, noProduct),
    found(`${analysisId}-3`, unknown),
    found(`${nobody}-0`, unknown),
    found('nonsense', unknown),
    found(`${analysisId}-1`, item(encodeId('catalogItem', newId()))),
    found(`${analysisId}-1`, { unknown: false }),
    missed(analysisId, { x: 5_000, y: 0, width: 10, height: 10 }, item(tea)),
    missed(analysisId, { x: 1_000, y: 1_000, width: 50, height: 50 }, noProduct),
    found(`${analysisId}-2`, item(coffee)),
  );
  expect(results.map(({ __typename, code }) => code ?? __typename)).toEqual([
    'Correction',
    ...['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'],
    ...['VALIDATION_FAILED', 'VALIDATION_FAILED', 'VALIDATION_FAILED'],
    'Correction',
  ]);
  expect(results[1]).toMatchObject({ id: `${analysisId}-3` });
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, coffee]);
});

test('a product that was missed is added, with the id of its correction', async () => {
  const { user, analysisId, tea } = shop;
  const box = { x: 0.25, y: 0.5, width: 0.05, height: 0.1, unit: 'NORMALIZED' };
  const made = await correctOne(user, missed(analysisId, box, item(tea)));
  expect(made).toMatchObject({ detection: null, foundCatalogItem: null });
  const added = (await readDetections(user, analysisId, 'CORRECTED'))[3];
  expect(added).toMatchObject({
    id: made.id,
    catalogItem: { id: tea },
    matchedBy: 'CORRECTION',
    correction: { id: made.id },
    box: { x: 1_000, y: 1_500, width: 200, height: 300 },
  });
  expect(await readItems(user, analysisId, 'FOUND')).toHaveLength(3);

  // It can be corrected by that id like any other.
  await correctOne(user, found(added.id, unknown));
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, null, null]);
  const [last] = (await readDetections(user, analysisId, 'CORRECTED')).slice(-1);
  await correctOne(user, found(last.id, noProduct));
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, null]);
});

test('a drawn box that overlaps a detection by half is about that detection', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const made = await correctOne(user, missed(analysisId, { x: 120, y: 100, width: 100, height: 200 }, item(coffee)));
  expect(made.detection).toEqual({ id: `${analysisId}-0` });
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([coffee, tea, null]);
});

test('a changed box is that of the corrected result, with its area and its place on the shelf', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const box = { x: 600, y: 200, width: 40, height: 100 };
  const made = await correctOne(user, moved(`${analysisId}-0`, box, item(coffee)));
  expect(made).toMatchObject({ detection: { id: `${analysisId}-0` }, foundCatalogItem: { id: tea }, box });
  const [first] = await readDetections(user, analysisId, 'CORRECTED');
  expect(first).toMatchObject({ id: `${analysisId}-0`, box, catalogItem: { id: coffee } });
  expect((await readDetections(user, analysisId, 'FOUND'))[0]).toMatchObject({ box: { x: 100, width: 100 } });
  const { node } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on Analysis {
      shares(basis: CORRECTED) { catalogItem { id } areaShare }
      realogram(basis: CORRECTED) { shelves { positions { detection { id } } } } } } }`,
    { id: analysisId },
  );
  expect(node.shares.find(({ catalogItem }: Data) => catalogItem?.id === coffee).areaShare).toBeCloseTo(4 / 44, 4);
  const order = node.realogram.shelves[0].positions.map(({ detection }: Data) => detection.id);
  expect(order).toEqual([1, 2, 0].map((index) => `${analysisId}-${index}`));

  // Named by the id of the correction, it stays where it was put; as the detection, it is where it was found.
  const renamed = await correctOne(user, found(made.id, item(tea)));
  expect(renamed.box).toEqual(box);
  expect((await correctOne(user, found(`${analysisId}-0`, item(tea)))).box).toMatchObject({ x: 100, width: 100 });
});

test('a product that was missed can be drawn anew', async () => {
  const { user, analysisId, tea } = shop;
  const made = await correctOne(user, missed(analysisId, { x: 900, y: 500, width: 50, height: 60 }, item(tea)));
  const box = { x: 910, y: 510, width: 60, height: 70 };
  const { id } = await correctOne(user, moved(made.id, box, item(tea)));
  expect((await readDetections(user, analysisId, 'CORRECTED')).slice(3)).toMatchObject([{ id, box }]);
});

test('a box without an area in the picture is refused with its path', async () => {
  const { user, analysisId, tea } = shop;
  const nowhere = moved(`${analysisId}-0`, { x: -50, y: 0, width: 20, height: 20 }, item(tea));
  const [refused] = await correct(user, nowhere);
  expect(refused).toMatchObject({ issues: [{ path: ['target', 'changedBox', 'box'] }] });
});

test('the newest correction of a product is the current one', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const first = await correctOne(user, found(`${analysisId}-2`, item(tea)));
  const second = await correctOne(user, found(`${analysisId}-2`, item(coffee)));
  const { corrections } = await user.run('{ corrections { totalCount nodes { id } } }');
  expect(corrections).toEqual({ totalCount: 1, nodes: [{ id: second.id }] });
  expect((await user.run('query ($id: ID!) { node(id: $id) { id } }', { id: first.id })).node).toBeNull();

  const results = await correct(user, found(`${analysisId}-2`, item(tea)), found(`${analysisId}-2`, unknown));
  expect(results).toMatchObject([{ code: 'CONFLICT' }, { verdict: 'UNKNOWN' }]);
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([tea, tea, null]);
});

describe('what cannot be corrected', () => {
  test('an analysis without a result', async () => {
    const { user, taskId, tea } = shop;
    const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
    const [result] = await correct(user, missed(ids[0]!, { x: 0, y: 0, width: 10, height: 10 }, item(tea)));
    expect(result).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('QUEUED') });
  });

  test('labels of a whole picture', async () => {
    const { user, tea } = shop;
    const taskId = await createTask(user, { type: 'CLASSIFICATION' });
    const { ids } = await submitBatch(user, [{ source: { base64: await pictureBase64() } }], { taskId });
    await endAnalysis(sightline.database.db, ids[0]!);
    const [result] = await correct(user, missed(ids[0]!, { x: 0, y: 0, width: 10, height: 10 }, item(tea)));
    expect(result).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('labels') });
  });

  test('nothing, and too much at once', async () => {
    const { user, analysisId } = shop;
    for (const count of [0, maxCorrections + 1]) {
      const rows = Array.from({ length: count }, () => found(`${analysisId}-0`, unknown));
      expect(await tryCorrect(user, rows)).toMatchObject({
        code: 'VALIDATION_FAILED',
        issues: [{ path: ['corrections'], message: expect.stringContaining(String(count)) }],
      });
    }
  });
});

test('a repeated request with its key changes nothing and has the same response', async () => {
  const { user, analysisId, tea } = shop;
  const rows = [found(`${analysisId}-2`, item(tea)), found(`${analysisId}-9`, unknown)];
  const first = await tryCorrect(user, rows, 'key-1');
  expect(first.results).toMatchObject([{ verdict: 'ITEM' }, { code: 'NOT_FOUND' }]);
  expect(await tryCorrect(user, rows, 'key-1')).toEqual(first);
  expect(await tryCorrect(user, rows.slice(1), 'key-1')).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('corrections are deleted with their analysis', async () => {
  const { user, analysisId, organizationId } = shop;
  await correctOne(user, found(`${analysisId}-0`, unknown));
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [analysisId],
  });
  for (const table of ['correction', 'correction_effect']) {
    const { rows } = await sightline.database.pool.query(`select from ${table} where organization_id = $1`, [
      organizationId,
    ]);
    expect(rows).toEqual([]);
  }
});
