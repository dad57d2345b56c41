import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId, newId } from '../../../src/ids.ts';
import { listPlaces } from '../../../src/places/places.repository.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

let sightline: TestSightline;
let user: User;
let ids: string[];
const placeIds = ['shop 7', 'shop 10', 'Café: Süd\n2', 'shop 7', null];

beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  const [taskId, base64] = [await createTask(user), await pictureBase64()];
  ({ ids } = await submitBatch(
    user,
    placeIds.map((placeId) => ({ source: { base64 }, placeId })),
    { taskId },
  ));
});
afterAll(async () => {
  await user.close();
  await sightline.close();
});

const text = `query ($first: Int, $after: String, $filter: PlaceFilter) {
  places(first: $first, after: $after, filter: $filter) {
    totalCount nodes { id latestAnalysis { id placeId status } } pageInfo { hasNextPage endCursor } } }`;

test('lists each place once with its latest analysis, page by page', async () => {
  const seen: { id: string; latestAnalysis: { id: string; placeId: string; status: string } }[] = [];
  for (let after = null, hasNextPage = true; hasNextPage; ) {
    const { places } = await user.run(text, { first: 1, after });
    expect(places.totalCount).toBe(3);
    seen.push(...places.nodes);
    ({ hasNextPage, endCursor: after } = places.pageInfo);
  }
  const latest = (placeId: string, index: number) => ({
    id: placeId,
    latestAnalysis: { id: ids[index], placeId, status: 'QUEUED' },
  });
  expect(seen).toHaveLength(3);
  expect(seen).toEqual(expect.arrayContaining([latest('shop 7', 3), latest('shop 10', 1), latest('Café: Süd\n2', 2)]));
});

test('lists only the places that are asked for, and nobody lists those of others', async () => {
  const filter = { ids: ['shop 10', 'nowhere'] };
  const { places } = await user.run(text, { filter });
  expect(places).toMatchObject({ totalCount: 1, nodes: [{ id: 'shop 10' }] });
  const { apiKey } = await sightline.createTenant();
  const other = createUser({ url: sightline.url, apiKey });
  expect((await other.run(text)).places).toMatchObject({ totalCount: 0, nodes: [] });
});

test('reads one probe of the index a place, not the analyses', async () => {
  const { db, planOf } = explainQueries(sightline.database);
  const { rows } = await sql<{ organization_id: string; task_id: string }>`
    select organization_id, task_id from analysis where id = ${decodeId('analysis', ids[0]!)}`.execute(db);
  const { organization_id, task_id } = rows[0]!;
  const analysisIds = Array.from({ length: 5_000 }, newId);
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, place_id)
    select id, ${organization_id}, ${task_id}, 'QUEUED', 0, 'shelf@1', 'many ' || n % 20
    from unnest(${analysisIds}::uuid[]) with ordinality as made(id, n)`.execute(db);
  await sightline.database.pool.query('vacuum analyze analysis');
  const plan = await planOf(() => listPlaces(db, organization_id, {}, { after: null, limit: 51 }));
  expect(plan).toMatchObject({ scanned: [], sorted: false });
  expect(new Set(plan.indexes)).toEqual(new Set(['analysis_place_id']));
});
