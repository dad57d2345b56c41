import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import type { Data, User } from '../../support/user.ts';
import { createToken } from '../session-tokens/client.ts';
import { approve, correctOne, createShop, found, item, remove, type Shop, unknown } from './client.ts';

let sightline: TestSightline;
let shop: Shop;
let clerk: User;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  shop = await createShop(sightline, { placeId: 'here' });
  clerk = (await createToken(shop.user, { scopes: ['WRITE'] })).user;
  return async () => {
    await shop.user.close();
    await clerk.close();
  };
});

const text = /* GraphQL */ `
  subscription ($filter: CorrectionEventFilter!, $after: String) {
    correctionEvents(filter: $filter, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on CorrectionChanged { correctionId status previousStatus analysisId correction { id status } }
    }
  }
`;

async function take(user: User, count: number, variables: Record<string, unknown>): Promise<Data[]> {
  const events: Data[] = [];
  for await (const event of user.stream(text, { filter: {}, ...variables })) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

test('what is made, approved, replaced and removed is delivered in that order, and resumed after any event', async () => {
  const { user, analysisId, coffee } = shop;
  const { eventCursor: after } = await user.run('{ eventCursor }');
  const proposal = await correctOne(clerk, found(`${analysisId}-0`, item(coffee)));
  await approve(user, proposal.id);
  const second = await correctOne(user, found(`${analysisId}-0`, unknown));
  await remove(user, second.id);

  const all = await take(user, 5, { after });
  const change = (id: string, previousStatus: string | null, status: string | null) => ({
    correctionId: id,
    previousStatus,
    status,
    analysisId,
    correction: null,
  });
  expect(all).toMatchObject([
    change(proposal.id, null, 'PROPOSED'),
    change(proposal.id, 'PROPOSED', 'APPLIED'),
    change(proposal.id, 'APPLIED', null),
    change(second.id, null, 'APPLIED'),
    change(second.id, 'APPLIED', null),
  ]);
  expect(await take(user, 3, { after: all[1].cursor })).toEqual(all.slice(2));
  const applied = await take(user, 2, { after, filter: { status: 'APPLIED', analysisId, taskId: shop.taskId } });
  expect(applied).toEqual([all[1], all[3]]);
});

test('a token limited to a place hears of corrections there only', async () => {
  const { user, analysisId } = shop;
  const [here, there] = await Promise.all(
    ['here', 'there'].map((placeId) => createToken(user, { scopes: ['READ'], placeIds: [placeId] })),
  );
  const { eventCursor: after } = await user.run('{ eventCursor }');
  const made = await correctOne(user, found(`${analysisId}-0`, unknown));
  expect(await take(here!.user, 1, { after })).toMatchObject([{ correctionId: made.id, correction: { id: made.id } }]);
  const { corrections } = await there!.user.run('{ corrections { totalCount } }');
  expect(corrections.totalCount).toBe(0);
  await here!.user.close();
  await there!.user.close();
});
