import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Logger } from 'pino';
import { listOnlineParts, readOnlinePart } from './migration-files.ts';
import { onlineLock, withLock } from './migration-lock.ts';
import type { Database } from './pool.ts';

/** Which online parts have run. Not among the migrations, whose order it would break: all of those run first. */
const table = 'kysely_migration_online';

const lookAgainMs = 200;
/** A person who waits for a start is told what takes so long. */
const tellAfterMs = 2_000;
const tellAfter = 'Migrating a large table. Other processes go on meanwhile.';

/** Names of online parts that the database lacks. Changes nothing. */
export async function pendingOnlineParts({ db }: Pick<Database, 'db'>, directory: string): Promise<string[]> {
  const known = await listOnlineParts(directory);
  const { rows: tables } = await sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`.execute(db);
  if (!tables[0]?.there) return known;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db);
  const applied = new Set(rows.map(({ name }) => name));
  return known.filter((name) => !applied.has(name));
}

/**
 * Builds the indexes and checks the constraints that migrations have left for later, while everything else goes on. A process that is
 * killed meanwhile leaves at most one index to be built again.
 */
export async function runOnlineParts(database: Database, directory: string, logger?: Logger): Promise<void> {
  if ((await pendingOnlineParts(database, directory)).length === 0) return;
  await withLock(database.pool, onlineLock, async () => {
    await untilNobodyBuilds(database);
    const provider = { getMigrations: () => readAll(directory, logger) };
    const migrator = new Migrator({ db: database.db, provider, migrationTableName: table, disableTransactions: true });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (!error) return;
    const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'an online part';
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The database could not be migrated: ${failed} failed with "${reason}". It continues with the next start.`,
      {
        cause: error,
      },
    );
  });
}

/**
 * When a process is killed, PostgreSQL goes on building its index, and waits for every statement that runs. One that waits for a lock of
 * that session, as Kysely's would, ends both in a deadlock.
 */
async function untilNobodyBuilds({ db }: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
        and query ilike 'create %index concurrently if not exists %'`.execute(db);
    if (rows.length === 0) return;
    await delay(lookAgainMs);
  }
}

async function readAll(directory: string, logger?: Logger): Promise<Record<string, Migration>> {
  const names = await listOnlineParts(directory);
  const parts = names.map(async (name) => [name, await toMigration(name, directory, logger)] as const);
  return Object.fromEntries(await Promise.all(parts));
}

async function toMigration(name: string, directory: string, logger?: Logger): Promise<Migration> {
  const statements = await readOnlinePart(name, directory);
  return {
    async up(db) {
      for (const { text, index } of statements) {
        if (index !== null) await dropUnfinished(db, index);
        const slow = setTimeout(() => logger?.info({ migration: name, statement: text }, tellAfter), tellAfterMs);
        await sql
          .raw(text)
          .execute(db)
          .finally(() => clearTimeout(slow));
      }
    },
  };
}

/** What a CREATE INDEX CONCURRENTLY leaves that is interrupted: it is kept up to date and never used. */
async function dropUnfinished(db: Database['db'], index: string): Promise<void> {
  const { rows } = await sql`
    select from pg_index where indexrelid = to_regclass(${index}) and not indisvalid`.execute(db);
  if (rows.length > 0) await sql`drop index concurrently ${sql.id(index)}`.execute(db);
}
