import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

/** The project's migrations, beside `src`. */
export const migrationsDir = path.join(import.meta.dirname, '..', '..', 'migrations');

/** Names of the migrations, in the order they run: `0001-initial`. */
export async function listMigrations(directory = migrationsDir): Promise<string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql'));
  const misnamed = files.filter((file) => !/^\d{4}-[a-z0-9-]+\.sql$/.test(file));
  if (misnamed.length > 0)
    throw new Error(`${misnamed.join(', ')} in ${directory} must be named like 0002-add-videos.sql.`);
  return files.map((file) => file.slice(0, -'.sql'.length)).sort();
}

/**
 * Migrations as files of plain SQL. Each runs in a transaction, so there can be no CREATE INDEX CONCURRENTLY in them. Migrations
 * cannot be reverted: a mistake is corrected by the next file.
 */
export function migrationFiles(directory = migrationsDir): MigrationProvider {
  return {
    async getMigrations() {
      const migrations: Record<string, Migration> = {};
      for (const name of await listMigrations(directory)) {
        const text = await readFile(path.join(directory, `${name}.sql`), 'utf8');
        migrations[name] = { up: async (db) => void (await sql.raw(text).execute(db)) };
      }
      return migrations;
    },
  };
}
