import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrationsDir } from '../../src/database/migration-files.ts';
import { migrate } from '../../src/database/migrator.ts';
import { createEmptyDatabase, type TestDatabase } from './database.ts';

/** The last migration of version 0.1.0. */
const lastReleased = '0015-fewer-indexes.sql';

/** A database with the tables that 0.1.0 made, and nothing in them. */
export async function createReleasedDatabase(): Promise<TestDatabase> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-migrations-'));
  const database = await createEmptyDatabase();
  try {
    const files = (await readdir(migrationsDir)).filter((file) => file.endsWith('.sql') && file <= lastReleased);
    await Promise.all(files.map((file) => copyFile(path.join(migrationsDir, file), path.join(directory, file))));
    await migrate(database, { directory });
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
