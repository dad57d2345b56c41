import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { removeExpiredAnalyses } from '../../../src/retention/retention.repository.ts';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { correct, createShop, found, item, noProduct, readItems, rerun, type Shop, threeFacings } from './client.ts';

let sightline: TestSightline;
let shop: Shop;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline, { placeId: 'here' });
  return () => shop.user.close();
});

const countsQuery = /* GraphQL */ `
  {
    corrections { totalCount }
    places(filter: { ids: ["here"] }) { nodes { found: counts { facings } corrected: counts(basis: CORRECTED) { facings } } }
    analysisStats(basis: CORRECTED) { ... on AnalysisStats { groups { total { facings } } } }
  }
`;

/** As if the analysis had been submitted days ago, and retention removed it. */
async function expire(id: string): Promise<void> {
  const { db, pool } = sightline.database;
  await pool.query("update analysis set created_at = now() - interval '3 days' where id = $1", [
    decodeId('analysis', id),
  ]);
  await db.transaction().execute((trx) => removeExpiredAnalyses(trx, shop.organizationId, 2, 10));
}

test('corrections are part of the result: they stay when the image is deleted', async () => {
  const { user, analysisId, tea, coffee } = shop;
  await correct(user, found(`${analysisId}-0`, item(coffee)), found(`${analysisId}-2`, noProduct));
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { image { id } } } }', {
    id: analysisId,
  });
  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [node.image.id],
  });
  expect(await readItems(user, analysisId, 'CORRECTED')).toEqual([coffee, tea]);
  expect(await user.run(countsQuery)).toMatchObject({
    corrections: { totalCount: 2 },
    places: { nodes: [{ found: { facings: 3 }, corrected: { facings: 2 } }] },
  });
});

test('retention removes corrections with the last analysis of the image, and statistics keep what they counted', async () => {
  const { user, analysisId, uuids, tea, coffee } = shop;
  await correct(user, found(`${analysisId}-0`, item(coffee)), found(`${analysisId}-2`, noProduct));
  const second = await rerun(user, analysisId);
  await endAnalysis(sightline.database.db, second, { detections: threeFacings(uuids) });
  await expire(analysisId);
  expect(await readItems(user, second, 'CORRECTED')).toEqual([coffee, tea]);
  await expire(second);
  expect(await user.run(countsQuery)).toMatchObject({
    corrections: { totalCount: 0 },
    analysisStats: { groups: [{ total: { facings: 2 } }] },
  });
});
