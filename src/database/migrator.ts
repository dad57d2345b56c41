import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { listMigrations, migrationFiles, migrationsDir } from './migration-files.ts';
import type { Database } from './pool.ts';

/** Key of the session lock that concurrent starts wait for. Any number works; this is "SIGHTLIN" in ASCII. */
const migrationLock = '6001097990389682510';

/**
 * Migrates the database to this checkout: graphile-worker's tables, then ours. Any number of processes may call it at once. It
 * needs one connection in addition to the pool's, and sessions: with PgBouncer in transaction mode, pass DATABASE_DIRECT_URL.
 *
 * @returns the names of our migrations that ran
 * @throws before any change if the database has migrations that this checkout does not know; if a migration fails, which is then
 *   rolled back
 */
export async function migrate(database: Database, directory = migrationsDir): Promise<string[]> {
  return withMigrationLock(database.pool, async () => {
    await assertNotNewer(database.db, await listMigrations(directory));
    await runMigrations({ pgPool: database.pool });
    const migrator = new Migrator({ db: database.db, provider: migrationFiles(directory) });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error) {
      const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'the migrations';
      throw new Error(
        `The database could not be migrated: ${failed} failed with "${messageOf(error)}". It was rolled back.`,
        {
          cause: error,
        },
      );
    }
    return results.map((result) => result.migrationName);
  });
}

/**
 * Names of our migrations that the database lacks; empty when it is up to date. Changes nothing.
 *
 * @throws when the database has migrations that this checkout does not know
 */
export async function pendingMigrations(database: Database, directory = migrationsDir): Promise<string[]> {
  const known = await listMigrations(directory);
  const applied = await assertNotNewer(database.db, known);
  return known.filter((name) => !applied.has(name));
}

async function assertNotNewer(db: Database['db'], known: string[]): Promise<Set<string>> {
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `The database has ${unknown.join(', ')}, which this version of Sightline does not know: a newer one has migrated it. ` +
        'Start that version, or restore a backup that is older than the migration.',
    );
  }
  return new Set(applied);
}

async function appliedMigrations(db: Database['db']): Promise<string[]> {
  const { rows: tables } = await sql<{
    there: boolean;
  }>`select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (!tables[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}

/**
 * Kysely and graphile-worker each allow concurrent migrations, but not interleaved with each other, so one lock covers both. A
 * connection outside the pool holds it, because many waiters in one pool would leave the holder no connection.
 */
async function withMigrationLock<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: pool.options.connectionString,
    application_name: 'sightline-migrate',
  });
  // A lost connection is reported by the waiting query or the work; without this listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    return await work();
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
