import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { splitStatements } from './sql-statements.ts';

/** The project's migrations, beside `src`. */
export const migrationsDir = path.join(import.meta.dirname, '..', '..', 'migrations');

const onlineSuffix = '.online';

/**
 * What may be in the online part of a migration. Each can take long, lets everything else go on meanwhile, cannot run in a transaction
 * with others, and may run again after it was interrupted.
 */
const onlineStatement =
  /^create (?:unique )?index concurrently if not exists (?<index>\w+)\s|^alter table \w+ validate constraint \w+$/;

/** Names of the migrations, in the order they run: `0001-initial`. */
export async function listMigrations(directory = migrationsDir): Promise<string[]> {
  return (await listFiles(directory)).filter((name) => !name.endsWith(onlineSuffix));
}

/** Names of the online parts: `0022-list-orders.online`. They run after all migrations. */
export async function listOnlineParts(directory = migrationsDir): Promise<string[]> {
  return (await listFiles(directory)).filter((name) => name.endsWith(onlineSuffix));
}

async function listFiles(directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql'));
  const misnamed = files.filter((file) => !/^\d{4}-[a-z0-9-]+(\.online)?\.sql$/.test(file));
  if (misnamed.length > 0)
    throw new Error(`${misnamed.join(', ')} in ${directory} must be named like 0002-add-videos.sql.`);
  return files.map((file) => file.slice(0, -'.sql'.length)).sort();
}

export async function readMigration(name: string, directory = migrationsDir): Promise<string> {
  return readFile(path.join(directory, `${name}.sql`), 'utf8');
}

/** The statements of an online part, each with the name of the index that it builds, if it builds one. */
export async function readOnlinePart(
  name: string,
  directory = migrationsDir,
): Promise<{ text: string; index: string | null }[]> {
  return splitStatements(await readMigration(name, directory)).map((text) => {
    const match = onlineStatement.exec(text);
    if (!match) {
      throw new Error(
        `${name}.sql has "${text.slice(0, 60)}". Online parts take only "create index concurrently if not exists …" and ` +
          '"alter table … validate constraint …".',
      );
    }
    return { text, index: match.groups!.index ?? null };
  });
}

/**
 * Migrations as files of plain SQL. Each runs in a transaction, so there can be no CREATE INDEX CONCURRENTLY in them: that is for the
 * online part. Migrations cannot be reverted: a mistake is corrected by the next file.
 * @param lockTimeoutMs how long a statement waits for a lock before the migration is given up for now. Others queue behind it.
 */
export function migrationFiles(directory: string, lockTimeoutMs: number): MigrationProvider {
  return {
    async getMigrations() {
      const migrations: Record<string, Migration> = {};
      for (const name of await listMigrations(directory)) {
        const text = await readMigration(name, directory);
        migrations[name] = {
          async up(db) {
            await sql`set local lock_timeout = ${sql.lit(lockTimeoutMs)}`.execute(db);
            await sql.raw(text).execute(db);
          },
        };
      }
      return migrations;
    },
  };
}
