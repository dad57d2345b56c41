import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { countVisits, listVisits } from '../../../src/visits/visits.repository.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { finish } from './client.ts';

let sightline: TestSightline;
let user: User;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

/** One picture at each of the places. @returns the ids of the analyses */
async function visit(visitId: string, ...placeIds: string[]): Promise<string[]> {
  const base64 = await pictureBase64();
  const { ids } = await submitBatch(
    user,
    placeIds.map((placeId) => ({ source: { base64 }, taskId, visitId, placeId })),
  );
  return ids;
}

/** Page by page. */
async function visitsAt(placeId: string): Promise<string[]> {
  const query = `query ($placeId: String!, $after: String) {
    visits(first: 2, after: $after, filter: { placeId: $placeId }) {
      totalCount pageInfo { hasNextPage endCursor } nodes { visitId } } }`;
  const found: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { visits } = await user.run(query, { placeId, after });
    found.push(...visits.nodes.map((node: { visitId: string }) => node.visitId));
    ({ hasNextPage: more, endCursor: after } = visits.pageInfo);
    if (!more) expect(visits.totalCount).toBe(found.length);
  }
  return found;
}

test('a visit is listed at each of its places where it has an analysis, newest first', async () => {
  await visit('one', 'north');
  const [south] = await visit('both', 'south', 'north');
  await visit('other', 'south');
  await visit('unlisted', 'east', 'north');
  // As a version before the list of places left it.
  await sql`update visit set place_ids = null where visit_id = 'unlisted'`.execute(sightline.database.db);
  await visit('last', 'north');
  expect(await visitsAt('north')).toEqual(['last', 'unlisted', 'both', 'one']);
  expect(await visitsAt('south')).toEqual(['other', 'both']);
  expect(await visitsAt('east')).toEqual(['unlisted']);
  await finish(sightline, [south!], []);
  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { __typename } }', { ids: [south] });
  expect(await visitsAt('south')).toEqual(['other']);
  expect(await visitsAt('north')).toEqual(['last', 'unlisted', 'both', 'one']);
});

test('the visits at a place are found by it among many others', async () => {
  const { db } = sightline.database;
  const organizationId = newId();
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'Many visits', 'FREE')`.execute(db);
  // One in eight is of several places; one in 500 was at the rare one.
  await sql`
    insert into visit (id, organization_id, visit_id, place_ids)
    select uuidv7(n * interval '1 s'), ${organizationId}, 'visit ' || n, case
      when n % 500 = 0 then array['rare'] when n % 500 = 8 then array['p' || n % 50, 'rare']
      when n % 8 = 0 then array['p' || n % 50, 'p' || n % 49] else array['p' || n % 50] end
    from generate_series(1, 4000) n`.execute(db);
  await sightline.database.pool.query('vacuum analyze visit');
  const { db: observed, planOf } = explainQueries(sightline.database);
  const filter = { placeId: 'rare' };
  const ways = {
    list: () => listVisits(observed, organizationId, filter, { after: null, limit: 51 }),
    count: () => countVisits(observed, organizationId, filter),
  };
  for (const [name, read] of Object.entries(ways)) {
    const { indexes, scanned } = await planOf(read);
    expect(indexes, name).toEqual(expect.arrayContaining(['visit_place', 'visit_places', 'visit_without_places']));
    expect(scanned, name).not.toContain('visit');
    expect(indexes, name).not.toContain('visit_organization_id_id_key');
  }
});
