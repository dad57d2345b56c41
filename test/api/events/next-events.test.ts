import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DB } from '../../../src/database/types.generated.ts';
import type { Position } from '../../../src/events/event.ts';
import { comparePositions, logStart } from '../../../src/events/position.ts';
import { readEvents } from '../../../src/events/read-log.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { passHorizon } from './log-fixture.ts';

/** Reading the events of all organisations, as each api does after every change. Its plan is kept by the session. */
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Spread over the partitions of three days. */
async function insertEvents(count: number): Promise<void> {
  await sql`
    insert into event (organization_id, kind, entity_id, created_at)
    select ${newId()}, 'ANALYSIS', md5(n::text)::uuid, now() + n % 3 * interval '1 day' from generate_series(1, ${count}::integer) n`.execute(
    database.db,
  );
}

/** How many rows of the log the current transaction has read, one after the other and by an index. */
async function rowsRead(trx: Kysely<DB>): Promise<{ scanned: number; found: number }> {
  const { rows } = await sql<{ scanned: number; found: number }>`
    select sum(seq_tup_read)::integer as scanned, sum(idx_tup_fetch)::integer as found
    from pg_stat_xact_user_tables where relname like 'event\_2%'`.execute(trx);
  return rows[0]!;
}

test('a plan made while the log was small reads no more than a page of a large one', async () => {
  await database.db.connection().execute(async (session) => {
    await insertEvents(3);
    await database.pool.query('vacuum analyze event');
    await passHorizon(database.db);
    expect((await readEvents(session, logStart, { limit: 100 })).events).toHaveLength(3);
    await insertEvents(20_000);
    await passHorizon(database.db);
    await session.transaction().execute(async (trx) => {
      const page = await readEvents(trx, logStart, { limit: 100 });
      expect(page).toMatchObject({ full: true, events: { length: 100 } });
      const { scanned, found } = await rowsRead(trx);
      expect(scanned).toBe(0);
      // One more of each day may be looked at.
      expect(found).toBeGreaterThanOrEqual(100);
      expect(found).toBeLessThan(110);
    });
  });
});

test('pages follow each other in the order of the log, across days, without gap or repeat', async () => {
  for (let n = 0; n < 4; n++) await insertEvents(25);
  await passHorizon(database.db);
  const read = [];
  let after: Position = logStart;
  for (let full = true; full; ) {
    const page = await readEvents(database.db, after, { limit: 7 });
    read.push(...page.events);
    ({ last: after, full } = page);
  }
  expect(new Set(read.map(({ id }) => id)).size).toBe(100);
  for (const [index, event] of read.entries())
    if (index > 0) expect(comparePositions(read[index - 1]!, event)).toBe(-1);
});
