import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../../src/database/pool.ts';
import type {} from './global-setup.ts';
import { urlOf, withClient } from './postgres-client.ts';

export interface TestDatabase extends Database {
  /** For code under test that opens connections of its own. */
  url: string;
  /** Closes this pool and drops the database. Fails when somebody else left a connection open: that is a leak of the test's. */
  drop(): Promise<void>;
  /** The same as `drop`: `await using database = await createTestDatabase()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A backend ends a moment after its client said good-bye; one that is still there after this was not closed. */
const leakDeadlineMs = 3_000;

/** A database of its own, migrated (cloned from a template: about 60 ms). Call it in beforeAll and `drop` it in afterAll. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  return cloneDatabase(server.url, server.prefix, server.template);
}

/** A database without any table, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  return cloneDatabase(server.url, server.prefix, 'template0');
}

async function cloneDatabase(serverUrl: string, prefix: string, template: string): Promise<TestDatabase> {
  const name = prefix + randomBytes(6).toString('hex');
  await withClient(serverUrl, (client) =>
    client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`),
  );
  const url = urlOf(serverUrl, name);
  const database = createDatabase({ url, maxConnections: 10, applicationName: 'sightline-test' });
  let dropping: Promise<void> | undefined;
  const drop = () => {
    dropping ??= database.close().then(() => dropDatabase(serverUrl, name));
    return dropping;
  };
  return { ...database, url, drop, [Symbol.asyncDispose]: drop };
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const leaked = await waitForNoConnections(client, name);
    await client.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
    if (leaked.length > 0) {
      throw new Error(
        `The test left ${leaked.length} database connection(s) open: ${leaked.join('; ')}. Close them before drop().`,
      );
    }
  });
}

async function waitForNoConnections(client: pg.Client, name: string): Promise<string[]> {
  const deadline = Date.now() + leakDeadlineMs;
  for (;;) {
    const { rows } = await client.query<{ connection: string }>(
      `select format('%s %s, last query: %s', application_name, state, left(query, 200)) as connection
       from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || Date.now() >= deadline) return rows.map((row) => row.connection);
    await delay(10);
  }
}
