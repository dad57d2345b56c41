import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endAnalysis } from '../../support/ended-analyses.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import type { Data } from '../../support/user.ts';
import { foldAll } from '../statistics/client.ts';
import {
  correct,
  createShop,
  found,
  item,
  missed,
  noProduct,
  remove,
  rerun,
  type Shop,
  threeFacings,
} from './client.ts';

let sightline: TestSightline;
let shop: Shop;
/** The first facing is coffee, the third no product, and one more tea stands on the second. */
let made: Data[];
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline, { placeId: 'here' });
  const { user, analysisId, tea, coffee } = shop;
  made = await correct(
    user,
    found(`${analysisId}-0`, item(coffee)),
    found(`${analysisId}-2`, noProduct),
    missed(analysisId, { x: 430, y: 100, width: 50, height: 200 }, item(tea)),
  );
  return () => user.close();
});

test('shares', async () => {
  const query = /* GraphQL */ `
    query ($id: ID!, $task: ID!) {
      node(id: $id) {
        ... on Analysis {
          found: shares { ...S }
          corrected: shares(basis: CORRECTED) { ...S }
        }
      }
      task: node(id: $task) {
        ... on Task { stats { found: shares { ...S } corrected: shares(basis: CORRECTED) { ...S } } }
      }
    }
    fragment S on ItemShare { catalogItem { id } facings facingShare areaShare linearShare basis }
  `;
  const { user, analysisId, taskId, tea, coffee } = shop;
  const { node, task } = await user.run(query, { id: analysisId, task: taskId });
  expect(node.found).toMatchObject([
    { catalogItem: { id: tea }, facings: 2, basis: 'FOUND' },
    { catalogItem: null, facings: 1, basis: 'FOUND' },
  ]);
  expect(node.corrected).toEqual([
    {
      catalogItem: { id: tea },
      facings: 2,
      facingShare: 0.66667,
      areaShare: 0.6,
      linearShare: 0.6,
      basis: 'CORRECTED',
    },
    {
      catalogItem: { id: coffee },
      facings: 1,
      facingShare: 0.33333,
      areaShare: 0.4,
      linearShare: 0.4,
      basis: 'CORRECTED',
    },
  ]);
  expect(task.stats).toEqual({ found: node.found, corrected: node.corrected });
});

test('realogram and COCO', async () => {
  const query = /* GraphQL */ `
    query ($id: ID!) {
      node(id: $id) {
        ... on Analysis {
          realogram(basis: CORRECTED) { basis shelves { positions { index detection { id } } } }
          coco(basis: CORRECTED)
        }
      }
    }
  `;
  const { user, analysisId } = shop;
  const { node } = await user.run(query, { id: analysisId });
  const ids = [`${analysisId}-0`, `${analysisId}-1`, made[2]!.id];
  expect(node.realogram).toEqual({
    basis: 'CORRECTED',
    shelves: [{ positions: ids.map((id, index) => ({ index, detection: { id } })) }],
  });
  expect(node.coco.images).toMatchObject([{ basis: 'CORRECTED' }]);
  expect(node.coco.annotations.map(({ detection_id }: Data) => detection_id)).toEqual(ids);
  expect(node.coco.annotations.map(({ correction_id }: Data) => correction_id)).toEqual([
    made[0]!.id,
    null,
    made[2]!.id,
  ]);
});

describe('statistics', () => {
  const query = /* GraphQL */ `
    query ($basis: ResultBasis!, $groupBy: AnalysisStatsGroupBy, $filter: AnalysisStatsFilter) {
      analysisStats(basis: $basis, groupBy: $groupBy, filter: $filter) {
        ... on AnalysisStats { basis groups { catalogItem { id } total { total facings } } }
        ... on UserError { message }
      }
    }
  `;
  async function read(variables: Record<string, unknown>): Promise<Data> {
    return (await shop.user.run(query, variables)).analysisStats;
  }

  /** The same before and after the changes are added to the counters. */
  async function expectItems(expected: Record<string, unknown>): Promise<void> {
    for (const times of [1, 2]) {
      const { basis, groups } = await read({ basis: 'CORRECTED', groupBy: 'ITEM' });
      expect(basis).toBe('CORRECTED');
      const items = groups.map(({ catalogItem, total }: Data) => [
        catalogItem?.id ?? 'none',
        [total.total, total.facings],
      ]);
      expect(Object.fromEntries(items)).toEqual(expected);
      if (times === 1) await foldAll(sightline);
    }
  }

  test('count corrected facings by item on the basis CORRECTED, and what was found on the other', async () => {
    const { tea, coffee } = shop;
    await expectItems({ [tea]: [1, 2], [coffee]: [1, 1] });
    const found = await read({ basis: 'FOUND', groupBy: 'ITEM' });
    expect(found.groups.map(({ total }: Data) => total.facings).sort()).toEqual([1, 2]);
    for (const filter of [{}, { placeId: 'here' }])
      expect(await read({ basis: 'CORRECTED', filter })).toMatchObject({
        groups: [{ total: { total: 1, facings: 3 } }],
      });
    expect(await read({ basis: 'CORRECTED', filter: { catalogItemId: coffee } })).toMatchObject({
      groups: [{ total: { total: 1, facings: 1 } }],
    });
  });

  test('follow a removal, a rerun and a deletion', async () => {
    const { user, analysisId, uuids, tea, coffee } = shop;
    await remove(user, made[1]!.id);
    await expectItems({ [tea]: [1, 2], [coffee]: [1, 1], none: [1, 1] });
    const second = await rerun(user, analysisId);
    await expectItems({});
    await endAnalysis(sightline.database.db, second, { detections: threeFacings(uuids).slice(0, 1) });
    // The first facing is coffee, and the tea that a person added is there again.
    await expectItems({ [tea]: [1, 1], [coffee]: [1, 1] });
    await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
      ids: [second],
    });
    await expectItems({});
  });
});
