import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RoundScan, scanNext, scanRound } from '../../../src/database/round-scan.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** Scans that go round a table. */
const rowCount = 25;
const scan: RoundScan = { name: 'numbers', table: 'number', key: { part: 'text', n: 'integer' }, rowsAtOnce: 10 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql`create table number (part text, n integer, primary key (part, n))`.execute(database.db);
  await sql`
    insert into number select case when n <= 13 then 'a' else 'b' end, n from generate_series(1, ${rowCount}::int) n`.execute(
    database.db,
  );
});
beforeEach(() => sql`truncate table_scan`.execute(database.db));
afterAll(() => database.drop());

const all = Array.from({ length: rowCount }, (_, index) => index + 1);
let seen: number[];
beforeEach(() => {
  seen = [];
});

async function look(trx: Transaction<DB>, isInStep: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select n from number where ${isInStep} order by part, n`.execute(trx);
  seen.push(...rows.map(({ n }) => n));
  return rows.length;
}

const step = () => database.db.transaction().execute((trx) => scanNext(trx, scan, (isInStep) => look(trx, isInStep)));

test('each step looks at the next rows, and after the last ones at the first', async () => {
  expect(await step()).toEqual({ found: 10, atEnd: false });
  expect(await step()).toEqual({ found: 10, atEnd: false });
  expect(await step()).toEqual({ found: 5, atEnd: true });
  expect(seen).toEqual(all);
  await step();
  expect(seen).toEqual([...all, ...all.slice(0, 10)]);
});

test('a step that fails is taken again', async () => {
  await step();
  const failing = database.db.transaction().execute((trx) =>
    scanNext(trx, scan, () => {
      throw new Error('lost the connection');
    }),
  );
  await expect(failing).rejects.toThrow('lost the connection');
  await step();
  expect(seen).toEqual(all.slice(0, 20));
});

test('a second process leaves a step to the one that takes it', async () => {
  await step();
  await database.db.transaction().execute((trx) =>
    scanNext(trx, scan, async () => {
      expect(await step()).toBeNull();
      return 0;
    }),
  );
});

test('a round ends with the table, with enough that was found, or when it is stopped, and is continued', async () => {
  const round = (most: number, stop?: AbortSignal) => scanRound(database.db, scan, { most, stop }, look);
  expect(await round(1)).toBe(10);
  expect(await round(1_000, AbortSignal.abort())).toBe(10);
  expect(await round(1_000)).toBe(5);
  expect(seen).toEqual(all);
  expect(await round(1_000)).toBe(rowCount);
});
