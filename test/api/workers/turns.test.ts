import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimAnalyses, endOfClaim } from '../../../src/analyses/claims.repository.ts';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** How claims take turns between more organisations than one claim serves. */
const organizationCount = 96;
const waitingEach = 20;
const limit = 8;
const pipelines = ['shelf@1'];
const urgent = -10;

let database: TestDatabase;
const workerId = newId();
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await sql`
    insert into organization (id, name, plan) select gen_random_uuid(), n::text, 'FREE'
    from generate_series(1, ${organizationCount}::int) n`.execute(db);
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    select id, id, 't', 'DETECTION', 'shelf', true from organization`.execute(db);
  await beat(
    db,
    { id: workerId, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' },
    [],
  );
});
beforeEach(async () => {
  const { db } = database;
  await sql`delete from analysis`.execute(db);
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline)
    select gen_random_uuid(), id, id, 'QUEUED', 0, ${pipelines[0]!}
    from organization, generate_series(1, ${waitingEach}::int)`.execute(db);
});
afterAll(() => database.drop());

/** The organisations of the analyses that each of some claims in a row got. */
async function claimInTurn(claims: number): Promise<string[][]> {
  const claimed: string[][] = [];
  for (let after: string | null = null; claimed.length < claims; ) {
    const analyses = await claimAnalyses(database.db, { id: workerId, pipelines, after }, limit);
    after = endOfClaim(analyses, after);
    claimed.push(analyses.map(({ organizationId }) => organizationId));
  }
  return claimed;
}

test('every organisation has its turn before any has a second one', async () => {
  const claims = await claimInTurn((2 * organizationCount) / limit);
  const served = claims.flat();
  expect(new Set(served.slice(0, organizationCount)).size).toBe(organizationCount);
  expect(served).toHaveLength(2 * organizationCount);
  expect(served.slice(organizationCount).toSorted()).toEqual(served.slice(0, organizationCount).toSorted());
});

test('a claim locks rows of the organisations that it serves, not of all that wait', async () => {
  await claimInTurn(1);
  const { rows } = await sql<{ locked: number }>`
    select count(*)::int as locked from analysis where lease_worker_id is null and xmax::text <> '0'`.execute(
    database.db,
  );
  expect(rows[0]!.locked).toBeLessThan(limit * limit);
});

test('nothing is claimed of a later priority while an earlier one has more, also of an organisation beside many with one', async () => {
  const { db } = database;
  await sql`
    update analysis set priority = ${urgent} where id in (
      select distinct on (organization_id) id from analysis where organization_id in (select id from organization order by id limit 3))
      or organization_id = (select id from organization order by id desc limit 1)`.execute(db);
  const left = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from analysis where priority = ${urgent} and lease_worker_id is null`.execute(db);
    return rows[0]!.count;
  };
  expect(await left()).toBe(3 + waitingEach);
  for (let after: string | null = null; (await left()) > 0; ) {
    const claimed = await claimAnalyses(db, { id: workerId, pipelines, after }, limit);
    after = endOfClaim(claimed, after);
    expect(claimed.length).toBeGreaterThan(0);
    if ((await left()) > 0) expect(claimed.map(({ priority }) => priority)).not.toContain(0);
  }
});
