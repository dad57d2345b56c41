import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Detection } from '../../../src/recognition/detection.ts';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { readTotal } from '../statistics/client.ts';
import {
  correct,
  correctOne,
  createShop,
  found,
  item,
  missed,
  noProduct,
  readDetections,
  readItems,
  rerun,
  type Shop,
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

/** In another order than the first run, each box a few pixels off; the second is missed, and one is new. */
function foundAgain({ uuids }: Shop): Partial<Detection>[] {
  return [
    { box: [321, 103, 100, 200], itemId: uuids.tea },
    { box: [98, 101, 103, 198], itemId: uuids.tea },
    { box: [900, 100, 100, 200] },
  ];
}

test('corrections of a picture count for a later run of it, for what has the same boxes', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const made = await correct(
    user,
    found(`${analysisId}-0`, item(coffee)),
    found(`${analysisId}-1`, item(tea)),
    found(`${analysisId}-2`, noProduct),
    missed(analysisId, { x: 905, y: 100, width: 100, height: 200 }, item(coffee)),
  );
  const second = await rerun(user, analysisId);
  await endAnalysis(sightline.database.db, second, { detections: foundAgain(shop) });
  expect(await readItems(user, second, 'FOUND')).toEqual([tea, tea, null]);
  const corrected = await readDetections(user, second, 'CORRECTED');
  expect(corrected.map(({ id, catalogItem }) => [id, catalogItem?.id])).toEqual([
    [`${second}-1`, coffee],
    // It was missed before and is found now.
    [`${second}-2`, coffee],
    // It was found and confirmed before, and is missed now: a person said that it is there.
    [made[1]!.id, tea],
  ]);
  // The earlier run stays as it was corrected.
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([coffee, tea, coffee]);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { corrections { id } } } }', {
    id: second,
  });
  expect(node.corrections).toEqual(made.map(({ id }) => ({ id })));
  expect(await readTotal(user)).toMatchObject({ total: 1, facings: 3 });
});

test('a correction of a later run replaces that of an earlier one about the same product', async () => {
  const { user, analysisId, tea, coffee } = shop;
  await correctOne(user, found(`${analysisId}-0`, item(coffee)));
  const second = await rerun(user, analysisId);
  await endAnalysis(sightline.database.db, second, { detections: foundAgain(shop) });
  const newer = await correctOne(user, found(`${second}-1`, unknown));
  expect(await readItems(user, second, 'CORRECTED')).toEqual([tea, null, null]);
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([null, tea, null]);
  const { corrections } = await user.run('{ corrections { nodes { id } } }');
  expect(corrections.nodes).toEqual([{ id: newer.id }]);
});

test('corrections of a run that is deleted pass to the run that is left', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const made = await correctOne(user, found(`${analysisId}-0`, item(coffee)));
  const second = await rerun(user, analysisId);
  await endAnalysis(sightline.database.db, second, { detections: foundAgain(shop) });
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [analysisId],
  });
  expect(await readItems(user, second, 'CORRECTED')).toEqual([tea, coffee, null]);
  const query = 'query ($id: ID!) { node(id: $id) { ... on Correction { analysis { id } detection { id } } } }';
  expect((await user.run(query, { id: made.id })).node).toEqual({
    analysis: { id: second },
    detection: { id: `${second}-1` },
  });
});
