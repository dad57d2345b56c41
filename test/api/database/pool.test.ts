import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countRows, createDatabase } from '../../../src/database/pool.ts';
import { waitForDatabase } from '../../../src/database/wait-for-database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

describe('createDatabase', () => {
  test('leaves bigint as text, since the event log may exceed what a number holds', async () => {
    const { rows } = await sql`select 9007199254740993::bigint as id`.execute(database.db);
    expect(rows).toEqual([{ id: '9007199254740993' }]);
  });

  test('counts in numbers', async () => {
    const row = await database.db.selectFrom('plan').select(countRows().as('plans')).executeTakeFirstOrThrow();
    expect(row).toEqual({ plans: 6 });
  });

  test('ends transactions that were forgotten: they hold back the event log of everybody', async () => {
    const { rows } = await sql`select current_setting('idle_in_transaction_session_timeout') as timeout`.execute(
      database.db,
    );
    expect(rows).toEqual([{ timeout: '10s' }]);
  });

  test('what responses to events read waits for a pool that is in use, for longer than anything else', async () => {
    const { db, eventDb, close } = createDatabase({ url: database.url, maxConnections: 1 });
    const one = (from: typeof db) => sql`select 1 as one`.execute(from).then(({ rows }) => rows);
    const waiting = await db.connection().execute(async () => {
      const ofEvent = one(eventDb);
      await expect(one(db)).rejects.toThrow('timeout exceeded when trying to connect');
      return { ofEvent };
    });
    expect(await waiting.ofEvent).toEqual([{ one: 1 }]);
    await close();
  });

  test('goes on after the server has ended a connection, idle or at work', async () => {
    const victim = createDatabase({ url: database.url, maxConnections: 1, applicationName: 'victim' });
    const terminate = () =>
      sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'victim'`.execute(
        database.db,
      );
    try {
      await victim.pool.query('select 1');
      await terminate();
      const working = expect(victim.pool.query('select pg_sleep(60)')).rejects.toThrow(/terminat/i);
      await expect
        .poll(async () => {
          const { rows } =
            await sql`select from pg_stat_activity where application_name = 'victim' and state = 'active'`.execute(
              database.db,
            );
          return rows.length;
        })
        .toBe(1);
      await terminate();
      await working;
      expect((await victim.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await victim.close();
    }
  });

  test('reads once more when a connection breaks under a read, but neither writes nor goes on with a transaction', async () => {
    const victim = createDatabase({ url: database.url, maxConnections: 1, applicationName: 'victim' });
    const breakWhileActive = async () => {
      await expect
        .poll(async () => {
          const { rows } = await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where application_name = 'victim' and state = 'active'`.execute(database.db);
          return rows.length;
        })
        .toBe(1);
    };
    const sleep = sql<{ one: number }>`select 1 as one from pg_sleep(1)`;
    try {
      const read = sleep.execute(victim.db);
      await breakWhileActive();
      expect((await read).rows).toEqual([{ one: 1 }]);
      const change = sql`update plan set name = name from pg_sleep(60)`.execute(victim.db);
      const changed = expect(change).rejects.toThrow(/terminat/i);
      await breakWhileActive();
      await changed;
      const transaction = victim.db.transaction().execute((trx) => sleep.execute(trx));
      const ended = expect(transaction).rejects.toThrow(/terminat|queryable/i);
      await breakWhileActive();
      await ended;
    } finally {
      await victim.close();
    }
  });

  test('closes whether it was used or not, and more than once', async () => {
    const unused = createDatabase({ url: database.url, maxConnections: 1 });
    await Promise.all([unused.close(), unused.close()]);
    const used = createDatabase({ url: database.url, maxConnections: 1 });
    await sql`select 1`.execute(used.db);
    await used.close();
    expect([unused.pool.ended, used.pool.ended]).toEqual([true, true]);
  });
});

describe('waitForDatabase', () => {
  test('returns once the server answers', async () => {
    await waitForDatabase(database.pool);
  });

  test('says at once that there is no such database', async () => {
    const url = new URL(database.url);
    url.pathname = '/no-such-database';
    const wrong = createDatabase({ url: url.href, maxConnections: 1 });
    await expect(waitForDatabase(wrong.pool)).rejects.toThrow(
      /rejected the connection: database "no-such-database" does not exist\. Check DATABASE_URL\.$/,
    );
    await wrong.close();
  });
});
