import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listMigrations } from '../../../src/database/migration-files.ts';
import { migrate, pendingMigrations } from '../../../src/database/migrator.ts';
import { createDatabase } from '../../../src/database/pool.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { withClient } from '../../support/postgres-client.ts';

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
    expect(await migrate(database, { directory })).toEqual(['0001-first']);
    await writeMigration('0002-second', 'alter table a add m integer default 7;');
    expect(await pendingMigrations(database, directory)).toEqual(['0002-second']);
    expect(await migrate(database, { directory })).toEqual(['0002-second']);
    const { rows } = await sql`select n, m from a order by n`.execute(database.db);
    expect(rows).toEqual([
      { n: 1, m: 7 },
      { n: 2, m: 7 },
    ]);
  });

  test('keeps nothing of a migration that fails, and names it', async () => {
    await writeMigration('0001-broken', 'create table a (n integer); select 1 / 0;');
    await expect(migrate(database, { directory })).rejects.toThrow(
      'The database could not be migrated: 0001-broken failed with "division by zero".',
    );
    const { rows } = await sql<{ a: string | null }>`select to_regclass('a') as a`.execute(database.db);
    expect(rows).toEqual([{ a: null }]);
  });

  test('refuses a database that a newer version has migrated, before it changes anything', async () => {
    await writeMigration('0001-first', 'create table a (n integer);');
    await writeMigration('0002-from-the-future', 'create table b (n integer);');
    await migrate(database, { directory });
    await rm(path.join(directory, '0002-from-the-future.sql'));
    await writeMigration('0003-ours', 'create table c (n integer);');
    const refusal = 'The database has 0002-from-the-future, which this version of Sightline does not know';
    await expect(migrate(database, { directory })).rejects.toThrow(refusal);
    await expect(pendingMigrations(database, directory)).rejects.toThrow(refusal);
    const { rows } = await sql<{ c: string | null }>`select to_regclass('c') as c`.execute(database.db);
    expect(rows).toEqual([{ c: null }]);
  });

  test('refuses a file whose name gives it no place in the order', async () => {
    await writeMigration('add-videos', 'select 1;');
    await expect(migrate(database, { directory })).rejects.toThrow('add-videos.sql');
  });
});

describe('migrate, while others use the database', () => {
  test('gives up a lock that it does not get at once, so that nobody waits behind it, and takes it later', async () => {
    await writeMigration('0001-first', 'create table a (n integer); create table b (n integer);');
    await migrate(database, { directory });
    await writeMigration('0002-second', 'alter table b add m integer; alter table a add m integer;');
    const { migrating, inTheWay } = await withClient(database.url, async (reader) => {
      await reader.query('begin; select from a');
      const running = migrate(database, { directory });
      // Each of these would wait for as long as the reader reads, if the migration waited for it.
      for (let round = 0; round < 10; round += 1) {
        await withClient(database.url, async (writer) => {
          await writer.query("set lock_timeout = '1s'");
          await writer.query('insert into a values (1); insert into b values (1)');
        });
      }
      return { migrating: running, inTheWay: await pendingMigrations(database, directory) };
    });
    expect(inTheWay).toEqual(['0002-second']);
    expect(await migrating).toEqual(['0002-second']);
    const { rows } = await sql`select n, m from a limit 1`.execute(database.db);
    expect(rows).toEqual([{ n: 1, m: null }]);
  });

  test('keeps each migration that has run, when a later one fails', async () => {
    await writeMigration('0001-first', 'create table a (n integer);');
    await migrate(database, { directory });
    await writeMigration('0002-second', 'alter table a add m integer;');
    await writeMigration('0003-broken', 'alter table a add o integer; select 1 / 0;');
    await expect(migrate(database, { directory })).rejects.toThrow('0003-broken failed with "division by zero"');
    expect(await pendingMigrations(database, directory)).toEqual(['0003-broken']);
    await expect(sql`select m from a`.execute(database.db)).resolves.toMatchObject({ rows: [] });
    await expect(sql`select o from a`.execute(database.db)).rejects.toThrow('column "o" does not exist');
  });
});

describe('online parts', () => {
  const index = 'create index concurrently if not exists a_n on a (n);';

  test('run after all migrations, and once', async () => {
    await writeMigration('0001-first', 'create table a (n integer);');
    await writeMigration('0001-first.online', `-- Of a column that comes later.\n${index.replace('(n)', '(m)')}`);
    await writeMigration('0002-second', 'alter table a add m integer;');
    expect(await migrate(database, { directory })).toEqual(['0001-first', '0002-second']);
    await sql`drop index a_n`.execute(database.db);
    expect(await migrate(database, { directory })).toEqual([]);
    expect(await isValid('a_n')).toBe(null);
  });

  test('build again what an interruption left half built', async () => {
    await writeMigration('0001-first', 'create table a (n integer); insert into a values (1), (1);');
    await migrate(database, { directory });
    // Fails in the middle, as when its process is killed.
    await expect(database.pool.query('create unique index concurrently if not exists a_n on a (n)')).rejects.toThrow(
      'could not create unique index',
    );
    expect(await isValid('a_n')).toBe(false);
    await writeMigration('0001-first.online', index);
    await migrate(database, { directory });
    expect(await isValid('a_n')).toBe(true);
  });

  test('let writes through while they run, and starts of other processes wait for them', async () => {
    await writeMigration('0001-first', 'create table a (n integer); insert into a values (1);');
    await migrate(database, { directory });
    await writeMigration('0001-first.online', index);
    const others = await withClient(database.url, async (reader) => {
      // An index is complete when the transactions that were open before it have ended.
      await reader.query('begin isolation level repeatable read; select from a');
      const starts = [migrate(database, { directory }), migrate(database, { directory })];
      await expect.poll(() => isValid('a_n')).toBe(false);
      await sql`insert into a values (2)`.execute(database.db);
      return starts;
    });
    await Promise.all(others);
    expect(await isValid('a_n')).toBe(true);
  });

  test('take no statement that could not run twice', async () => {
    await writeMigration('0001-first', 'create table a (n integer);');
    await writeMigration('0001-first.online', 'create index a_n on a (n);');
    await expect(migrate(database, { directory })).rejects.toThrow(
      '0001-first.online.sql has "create index a_n on a (n)"',
    );
  });

  /** null: there is no such index. */
  async function isValid(name: string): Promise<boolean | null> {
    const { rows } = await sql<{ valid: boolean }>`
      select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(database.db);
    return rows[0]?.valid ?? null;
  }
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
