import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createToken } from '../session-tokens/client.ts';
import {
  approve,
  correct,
  correctOne,
  createShop,
  found,
  item,
  missed,
  noProduct,
  type Shop,
  unknown,
} from './client.ts';

let sightline: TestSightline;
let shop: Shop;
beforeAll(async () => {
  sightline = await startTestSightline();
  shop = await createShop(sightline);
});
afterAll(async () => {
  await shop?.user.close();
  await sightline?.close();
});

test('the agreement with an item is the share of its finds that people confirmed', async () => {
  const { user, analysisId, tea, coffee } = shop;
  const read = async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CatalogItem { agreement } } }';
    const { nodes } = await user.run(query, { ids: [tea, coffee] });
    return nodes.map(({ agreement }: { agreement: number | null }) => agreement);
  };
  expect(await read()).toEqual([null, null]);
  await correct(
    user,
    found(`${analysisId}-0`, item(tea)),
    found(`${analysisId}-1`, item(coffee)),
    // Nothing was found here as tea or coffee.
    found(`${analysisId}-2`, item(coffee)),
    missed(analysisId, { x: 900, y: 100, width: 50, height: 50 }, item(coffee)),
  );
  expect(await read()).toEqual([0.5, null]);

  const clerk = (await createToken(user, { scopes: ['WRITE'] })).user;
  const proposal = await correctOne(clerk, found(`${analysisId}-0`, unknown));
  expect(await read()).toEqual([0.5, null]);
  await approve(user, proposal.id);
  expect(await read()).toEqual([0, null]);
  await correct(user, found(`${analysisId}-0`, item(tea)), found(`${analysisId}-1`, noProduct));
  expect(await read()).toEqual([0.5, null]);
  await clerk.close();
});
