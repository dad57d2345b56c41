import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { describePlan } from '../../../src/cli/migration-plan.ts';
import { blocksForLong } from '../../../src/database/migration-locks.ts';
import { planMigrations } from '../../../src/database/migration-plan.ts';
import { migrate, pendingMigrations } from '../../../src/database/migrator.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createReleasedDatabase } from '../../support/released-database.ts';

const main = path.join(import.meta.dirname, '../../../src/cli/main.ts');
/** Tables with a row for each organisation, key or task: reading one takes a moment. */
const small = ['api_key', 'export', 'organization', 'plan', 'secret', 'task', 'worker_process'];

test('names the statements, the locks and the rows, and changes nothing', async () => {
  await using database = await createReleasedDatabase();
  await sql`insert into organization (id, name, plan) select gen_random_uuid(), n::text, 'FREE' from generate_series(1, 1234) n`.execute(
    database.db,
  );
  await sql`analyze organization`.execute(database.db);
  const before = await pendingMigrations(database);
  const plan = await planMigrations(database);
  expect(plan.filter(({ isOnline }) => !isOnline).map(({ name }) => name)).toEqual(before);

  const long = plan.flatMap(({ name, statements }) =>
    statements.flatMap(({ text, locks }) =>
      locks!
        .filter((lock) => blocksForLong(lock) && !small.includes(lock.table))
        .map(({ table }) => ({ name, table, text })),
    ),
  );
  expect(long, 'what takes long on a table that may be large belongs into an online part').toEqual([]);

  const progress = plan.find(({ name }) => name === '0017-batch-progress')!;
  expect(progress).toEqual({
    name: '0017-batch-progress',
    phase: 'EXPAND',
    isOnline: false,
    statements: [
      {
        text: 'alter table batch add column progressed_at timestamptz',
        locks: [
          {
            table: 'batch',
            mode: 'AccessExclusiveLock',
            reads: false,
            rewrites: false,
            rows: 0,
            bytes: expect.any(Number),
          },
        ],
      },
    ],
  });
  const locks = plan.flatMap(({ statements }) => statements.flatMap((statement) => statement.locks!));
  expect(locks.find(({ table }) => table === 'organization')!.rows).toBe(1234);
  // Of a table that a pending migration creates.
  expect(locks.map(({ table }) => table)).not.toContain('session_token');
  expect(await pendingMigrations(database)).toEqual(before);

  const text = describePlan(plan, [{ name: 'statistics', of: 'analyses', left: 1_000_000, beginsAt: null }]);
  expect(text).toContain('Other processes wait while rows are read or rewritten of: api_key');
  expect(text).toContain('organization, about 1,234 rows, 0.0 GB: ACCESS EXCLUSIVE, ');
  expect(text).toContain('create index concurrently if not exists analysis_finished_at on analysis');
  expect(text).toContain('SHARE UPDATE EXCLUSIVE, all rows are read, nothing waits');
  expect(text).toContain('about 1,000,000 analyses');
});

test('`sightline migrate --plan` prints it, and `sightline migrate` leaves nothing to plan', {
  timeout: 240_000,
}, async () => {
  await using database = await createReleasedDatabase();
  const sightline = async (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: database.url, LOG_FORMAT: 'json' };
    return (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout;
  };
  const pending = await pendingMigrations(database);
  const planned = await sightline('migrate', '--plan');
  expect(planned).toMatch(new RegExp(`^${pending.length} migrations would run`));
  expect(planned).toMatch(/Nothing was changed\.\n$/);
  expect(await pendingMigrations(database)).toEqual(pending);
  expect(await sightline('migrate')).toBe(`migrated: ${pending.join(', ')}\n`);
  expect(await sightline('migrate', '--plan')).toBe('There is nothing to migrate.\n\nNothing was changed.\n');
});

test('a database that a release has migrated gets the same tables as a new one', async () => {
  await using upgraded = await createReleasedDatabase();
  await migrate(upgraded);
  await using fresh = await createTestDatabase();
  expect(await describeTables(upgraded)).toEqual(await describeTables(fresh));
});

/** Columns, constraints and indexes, without their order. */
async function describeTables({ db }: TestDatabase): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
    from information_schema.columns where table_schema = 'public' and table_name not like 'event_2%'
    union all select format('%s %s %s', conrelid::regclass, pg_get_constraintdef(oid), convalidated) from pg_constraint
    where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'event_2%'
    union all select format('%s %s', indexdef, indisvalid) from pg_indexes
    join pg_index on indexrelid = indexname::regclass where schemaname = 'public' and tablename not like 'event_2%'
    order by 1`.execute(db);
  return rows.map(({ line }) => line);
}
