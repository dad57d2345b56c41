import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listMigrations } from '../../../src/database/migration-files.ts';
import { migrate, pendingMigrations } from '../../../src/database/migrator.ts';
import { createDatabase } from '../../../src/database/pool.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-migrations-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  await database.drop();
});

async function writeMigration(name: string, text: string): Promise<void> {
  await writeFile(path.join(directory, `${name}.sql`), text);
}

describe('migrate', () => {
  test('runs each migration once when twenty processes start at the same time', async () => {
    const processes = Array.from({ length: 20 }, () => createDatabase({ url: database.url, maxConnections: 2 }));
    try {
      const ran = await Promise.all(processes.map((each) => migrate(each)));
      expect(ran.filter((names) => names.length > 0)).toEqual([await listMigrations()]);
    } finally {
      await Promise.all(processes.map((each) => each.close()));
    }
    expect(await pendingMigrations(database)).toEqual([]);
  });

  test('runs twenty at a time on one small pool without waiting for itself', async () => {
    const small = createDatabase({ url: database.url, maxConnections: 1 });
    try {
      const ran = await Promise.all(Array.from({ length: 20 }, () => migrate(small)));
      expect(ran.flat()).toEqual(await listMigrations());
    } finally {
      await small.close();
    }
  });

  test('makes the tables of graphile-worker as well', async () => {
    await migrate(database);
    const { rows } = await sql<{ jobs: string }>`select count(*) as jobs from graphile_worker.jobs`.execute(
      database.db,
    );
    expect(rows).toEqual([{ jobs: '0' }]);
  });

  test('runs a file of several statements and the next file on top of it', async () => {
    await writeMigration('0001-first', 'create table a (n integer); insert into a values (1), (2);');
    expect(await migrate(database, directory)).toEqual(['0001-first']);
    await writeMigration('0002-second', 'alter table a add m integer default 7;');
    expect(await pendingMigrations(database, directory)).toEqual(['0002-second']);
    expect(await migrate(database, directory)).toEqual(['0002-second']);
    const { rows } = await sql`select n, m from a order by n`.execute(database.db);
    expect(rows).toEqual([
      { n: 1, m: 7 },
      { n: 2, m: 7 },
    ]);
  });

  test('keeps nothing of a migration that fails, and names it', async () => {
    await writeMigration('0001-broken', 'create table a (n integer); select 1 / 0;');
    await expect(migrate(database, directory)).rejects.toThrow(
      'The database could not be migrated: 0001-broken failed with "division by zero".',
    );
    const { rows } = await sql<{ a: string | null }>`select to_regclass('a') as a`.execute(database.db);
    expect(rows).toEqual([{ a: null }]);
  });

  test('refuses a database that a newer version has migrated, before it changes anything', async () => {
    await writeMigration('0001-first', 'create table a (n integer);');
    await writeMigration('0002-from-the-future', 'create table b (n integer);');
    await migrate(database, directory);
    await rm(path.join(directory, '0002-from-the-future.sql'));
    await writeMigration('0003-ours', 'create table c (n integer);');
    const refusal = 'The database has 0002-from-the-future, which this version of Sightline does not know';
    await expect(migrate(database, directory)).rejects.toThrow(refusal);
    await expect(pendingMigrations(database, directory)).rejects.toThrow(refusal);
    const { rows } = await sql<{ c: string | null }>`select to_regclass('c') as c`.execute(database.db);
    expect(rows).toEqual([{ c: null }]);
  });

  test('refuses a file whose name gives it no place in the order', async () => {
    await writeMigration('add-videos', 'select 1;');
    await expect(migrate(database, directory)).rejects.toThrow('add-videos.sql');
  });
});

describe('pendingMigrations', () => {
  test('names every migration for an empty database and changes nothing', async () => {
    expect(await pendingMigrations(database)).toEqual(await listMigrations());
    const { rows } = await sql`select from pg_namespace where nspname = 'graphile_worker'`.execute(database.db);
    expect(rows).toEqual([]);
  });
});

describe('createTestDatabase', () => {
  test('gives each caller a migrated database of its own, several at once', async () => {
    const clones = await Promise.all(Array.from({ length: 4 }, createTestDatabase));
    try {
      expect(new Set(clones.map((clone) => clone.url)).size).toBe(4);
      for (const clone of clones) expect(await pendingMigrations(clone)).toEqual([]);
    } finally {
      await Promise.all(clones.map((clone) => clone.drop()));
    }
  });

  test('fails a test that leaves a connection open', async () => {
    const clone = await createTestDatabase();
    const forgotten = createDatabase({ url: clone.url, maxConnections: 1, applicationName: 'forgotten' });
    await forgotten.pool.query('select 42');
    await expect(clone.drop()).rejects.toThrow(/left 1 database connection\(s\) open: forgotten idle/);
    await forgotten.close();
  });
});
