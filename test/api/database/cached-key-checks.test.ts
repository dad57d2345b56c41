import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withCachedKeyChecks } from '../../../src/database/cached-key-checks.ts';
import { createDatabase, type Database } from '../../../src/database/pool.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
/** One session, whose plans stay from one test to the next. */
let session: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  session = createDatabase({ url: database.url, maxConnections: 1 });
  // Statistics that come by themselves would invalidate plans.
  await sql`create table parent (id integer primary key) with (autovacuum_enabled = off)`.execute(database.db);
  await sql`create table child (parent_id integer not null references parent)`.execute(database.db);
});
afterAll(async () => {
  await session?.close();
  await database?.drop();
});

interface Reads {
  inOrder: number;
  byIndex: number;
}

/** How often the parents were read so far; only differences within a transaction mean anything. */
async function countReads(trx: Transaction<DB>): Promise<Reads> {
  const { rows } = await sql<Reads>`
    select seq_scan::int as "inOrder", idx_scan::int as "byIndex"
    from pg_stat_xact_user_tables where relname = 'parent'`.execute(trx);
  return rows[0]!;
}

/** Inserts children of the first parents. @returns how the parents were read for it */
function insertChildren(count: number): Promise<Reads> {
  return session.db.transaction().execute(async (trx) => {
    const before = await countReads(trx);
    const insert = sql`insert into child select id from generate_series(1, ${count}::int) id`;
    await withCachedKeyChecks(trx, count, () => insert.execute(trx));
    const after = await countReads(trx);
    const { rows } = await sql<{ mode: string }>`select current_setting('plan_cache_mode') as mode`.execute(trx);
    expect(rows[0]!.mode).toBe('force_custom_plan');
    return { inOrder: after.inOrder - before.inOrder, byIndex: after.byIndex - before.byIndex };
  });
}

test('a plan from when a table was small does not read all of it when it has grown', async () => {
  const { db } = database;
  await sql`insert into parent select generate_series(1, 20)`.execute(db);
  await sql`vacuum analyze parent`.execute(db);
  expect(await insertChildren(20)).toEqual({ inOrder: 20, byIndex: 0 });
  await sql`insert into parent select generate_series(21, 20000)`.execute(db);
  expect(await insertChildren(20)).toEqual({ inOrder: 0, byIndex: 20 });
});

test('keys are still checked', async () => {
  await expect(insertChildren(20_001)).rejects.toThrow('violates foreign key constraint');
});
