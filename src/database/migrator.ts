import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Logger } from 'pino';
import { retrying } from '../shared/backoff.ts';
import { listMigrations, migrationFiles, migrationsDir } from './migration-files.ts';
import { migrationLock, withLock } from './migration-lock.ts';
import { runOnlineParts } from './online-parts.ts';
import type { Database } from './pool.ts';
import { isLockTrouble } from './sqlstate.ts';

/**
 * How long a statement waits for a lock. Whatever comes to the same table meanwhile waits as well, so it is short: an ALTER TABLE of the
 * event log takes a lock of each day, one after the other, and keeps them.
 */
const lockTimeoutMs = 100;
/** How long a migration is tried again because somebody else has its tables locked. */
const patienceMs = 5 * 60_000;
const retryDelays = { firstMs: 100, longestMs: 2_000 };

export interface MigrateOptions {
  /** Default: the project's migrations. */
  directory?: string;
  logger?: Logger;
}

/**
 * Migrates the database to this checkout: graphile-worker's tables, then ours, while other processes use it. Each migration is one short
 * transaction; what takes long on large tables is in online parts, which follow. Any number of processes may call it at once. It needs
 * two connections in addition to the pool's, and sessions: with PgBouncer in transaction mode, pass DATABASE_DIRECT_URL.
 *
 * @returns the names of our migrations that ran
 * @throws before any change if the database has migrations that this checkout does not know; if a migration fails, which is then
 *   rolled back
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  const { directory = migrationsDir, logger } = options;
  const done = await withLock(database.pool, migrationLock, async () => {
    const pending = await pendingMigrations(database, directory);
    await runMigrations({ pgPool: database.pool });
    // Asked first, because Kysely waits for a lock of its own, which online parts of another process may hold for long.
    return pending.length > 0 ? runPending(database, directory, logger) : [];
  });
  await runOnlineParts(database, directory, logger);
  return done;
}

/**
 * Names of our migrations that the database lacks; empty when it is up to date. Changes nothing.
 *
 * @throws when the database has migrations that this checkout does not know
 */
export async function pendingMigrations({ db }: Pick<Database, 'db'>, directory = migrationsDir): Promise<string[]> {
  const known = await listMigrations(directory);
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `The database has ${unknown.join(', ')}, which this version of Sightline does not know: a newer one has migrated it. ` +
        'Start that version, or restore a backup that is older than the migration.',
    );
  }
  return known.filter((name) => !applied.includes(name));
}

async function appliedMigrations(db: Database['db']): Promise<string[]> {
  const { rows: tables } = await sql<{
    there: boolean;
  }>`select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (!tables[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}

/** A new database in one transaction, because nobody waits for it; any other in one for each migration, so that locks are held briefly. */
async function runPending(database: Database, directory: string, logger?: Logger): Promise<string[]> {
  const { db } = database;
  const migrator = new Migrator({ db, provider: migrationFiles(directory, lockTimeoutMs) });
  const isNew = (await appliedMigrations(db)).length === 0;
  const done: string[] = [];
  for (;;) {
    const names = isNew
      ? namesOf(await migrator.migrateToLatest())
      : await retryWhileLocked(async () => namesOf(await migrator.migrateUp()), logger);
    if (names.length === 0) return done;
    if (!isNew) logger?.info({ migration: names[0] }, 'Migrated.');
    done.push(...names);
    if (isNew) return done;
  }
}

class MigrationError extends Error {}

function namesOf({ error, results = [] }: Awaited<ReturnType<Migrator['migrateUp']>>): string[] {
  if (!error) return results.map((result) => result.migrationName);
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'the migrations';
  const reason = error instanceof Error ? error.message : String(error);
  throw new MigrationError(
    `The database could not be migrated: ${failed} failed with "${reason}". It was rolled back.`,
    {
      cause: error,
    },
  );
}

async function retryWhileLocked<T>(work: () => Promise<T>, logger?: Logger): Promise<T> {
  const deadline = performance.now() + patienceMs;
  let isTold = false;
  try {
    return await retrying(work, {
      ...retryDelays,
      isTemporary: (error) => isLockTrouble((error as Error).cause) && performance.now() < deadline,
      onRetry(error) {
        if (!isTold)
          logger?.warn(`${(error as Error).message} A transaction has one of its tables locked. Trying again.`);
        isTold = true;
      },
    });
  } catch (error) {
    if (!isLockTrouble((error as Error).cause)) throw error;
    throw new MigrationError(
      `${(error as Error).message} For ${patienceMs / 60_000} minutes, other transactions had its tables locked. ` +
        'End them (pg_stat_activity shows those that are open for long), and migrate again.',
      { cause: error },
    );
  }
}
