import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { closeIdleVisits } from '../../../src/visits/close-visits.ts';
import { removeEmptyVisits } from '../../../src/visits/visits.repository.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask, failures, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { createItems, createPlanogram, finish, judge, shelfOf, sideBySide } from './client.ts';

let sightline: TestSightline;
let user: User;
let taskId: string;
const items: Record<string, string> = {};
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
  const names = ['tea', 'jam', 'soda', 'oats'];
  for (const [index, id] of (await createItems(user, ...names)).entries()) items[names[index]!] = id;
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

/** As the heartbeat of a worker does. */
function closeIdle(): Promise<number> {
  return closeIdleVisits({ db: sightline.database.db, hints: { eventsWritten: () => undefined } }, 60);
}

const visitFields = /* GraphQL */ `
  fragment V on Visit {
    id visitId status closedAt
    analyses { nodes { id visitId } }
    compliance {
      planogram { id } planogramVersion score
      positions { status analysis { id } catalogItem { id } }
      differences: positions(status: [MISSING]) { catalogItem { id } }
    }
  }
`;

async function visitsOf(filter: Data): Promise<Data[]> {
  const query = `query ($filter: VisitFilter) { visits(filter: $filter) { totalCount nodes { ...V } } } ${visitFields}`;
  const { visits } = await user.run(query, { filter });
  expect(visits.totalCount).toBe(visits.nodes.length);
  return visits.nodes;
}

async function close(id: string): Promise<Data> {
  const query = `mutation ($id: ID!) { closeVisit(id: $id) { __typename ...V ...Failures } } ${visitFields} ${failures}`;
  return (await user.run(query, { id })).closeVisit;
}

async function submit(visitId: string): Promise<string> {
  const base64 = await pictureBase64();
  const { ids } = await submitBatch(user, [{ source: { base64 }, taskId, visitId }]);
  return ids[0]!;
}

/** Products at the left end of a picture, whose others are beyond its right edge. */
const cutOff = (...itemIds: string[]) =>
  sideBySide(...itemIds).map((product, index) => ({
    ...product,
    box: [4_000 - 210 * (itemIds.length - index), 1_500, 200, 400] as [number, number, number, number],
  }));

test('images with the same visitId are a visit, whose compliance is that of all of them', async () => {
  const placeId = 'shop-1';
  const planogram = await createPlanogram(user, { placeId, content: shelfOf('tea', 'jam', 'soda', 'oats') });
  const image = { taskId, placeId, visitId: 'visit-1' };
  const left = await judge(sightline, user, image, cutOff(items.tea!, items.jam!));
  const right = await judge(sightline, user, image, sideBySide(items.jam!, items.oats!));
  const [visit, ...others] = await visitsOf({ visitIds: ['visit-1'] });
  expect(others).toEqual([]);
  expect(visit).toMatchObject({
    visitId: 'visit-1',
    status: 'OPEN',
    closedAt: null,
    analyses: { nodes: [{ id: right, visitId: 'visit-1' }, { id: left }] },
    compliance: [
      {
        planogram: { id: planogram.id },
        planogramVersion: 1,
        score: 0.75,
        positions: [
          { status: 'FOUND', analysis: { id: left } },
          { status: 'FOUND', analysis: { id: left } },
          { status: 'MISSING', analysis: { id: right }, catalogItem: { id: items.soda } },
          { status: 'FOUND', analysis: { id: right } },
        ],
        differences: [{ catalogItem: { id: items.soda } }],
      },
    ],
  });
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Visit { id } ... on Analysis { visit { id } } } }`;
  const { nodes } = await user.run(query, { ids: [visit!.id, left] });
  expect(nodes).toEqual([{ id: visit!.id }, { visit: { id: visit!.id } }]);
  expect((await visitsOf({ placeId, statuses: ['OPEN'] })).map(({ id }) => id)).toEqual([visit!.id]);
  expect(await visitsOf({ placeId: 'shop-2' })).toEqual([]);
  const { analyses } = await user.run('{ analyses(filter: { visitId: "visit-1" }) { totalCount } }');
  expect(analyses.totalCount).toBe(2);
});

describe('a visit', () => {
  const visit = 'closing';

  test('closes on request when its last analysis has ended, and opens again for a late image', async () => {
    const id = await submit(visit);
    const [{ id: visitId }] = (await visitsOf({ visitIds: [visit] })) as [Data];
    expect(await close(visitId)).toMatchObject({ status: 'CLOSING', closedAt: null });
    await closeIdle();
    expect(await visitsOf({ visitIds: [visit] })).toMatchObject([{ status: 'CLOSING' }]);
    await finish(sightline, [id], []);
    await closeIdle();
    expect(await visitsOf({ visitIds: [visit] })).toMatchObject([{ status: 'CLOSED', closedAt: expect.any(String) }]);
    await finish(sightline, [await submit(visit)], []);
    expect(await visitsOf({ visitIds: [visit] })).toMatchObject([{ id: visitId, status: 'OPEN', closedAt: null }]);
    const closed = await close(visitId);
    expect(closed).toMatchObject({ status: 'CLOSED' });
    expect(await close(visitId)).toEqual(closed);
    expect(await close('nonsense')).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('closes by itself when nothing was submitted for some time', async () => {
    await finish(sightline, [await submit('idle')], []);
    const { pool } = sightline.database;
    await closeIdle();
    expect(await visitsOf({ visitIds: ['idle'] })).toMatchObject([{ status: 'OPEN' }]);
    await pool.query("update visit set active_at = now() - interval '61 minutes' where visit_id = 'idle'");
    await closeIdle();
    expect(await visitsOf({ visitIds: ['idle'] })).toMatchObject([{ status: 'CLOSED' }]);
  });

  test('is gone some time after its last analysis', async () => {
    const id = await submit('gone');
    await finish(sightline, [id], []);
    const [{ id: visitId }] = (await visitsOf({ visitIds: ['gone'] })) as [Data];
    await close(visitId);
    const { db, pool } = sightline.database;
    await pool.query("update visit set closed_at = now() - interval '2 days' where id = $1", [
      decodeId('visit', visitId),
    ]);
    await removeEmptyVisits(db);
    expect(await visitsOf({ visitIds: ['gone'] })).toHaveLength(1);
    await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { __typename } }', { ids: [id] });
    await removeEmptyVisits(db);
    expect(await visitsOf({ visitIds: ['gone'] })).toEqual([]);
  });
});
