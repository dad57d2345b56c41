/**
 * A PostgreSQL server with a migrated template database, for as long as stdin is open.
 *
 * A process of its own, so that it also cleans up after a test run that was killed: the end of its stdin is the end of the run,
 * however that came. Says where the server is in one line of JSON on stdout.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrator.ts';
import { createDatabase } from '../../src/database/pool.ts';
import { urlOf, withClient } from './postgres-client.ts';

/** What the tests are told. */
export interface DatabaseServer {
  /** Of the server's maintenance database, as a user that may create databases. */
  url: string;
  /** What test databases are cloned from. Nobody may connect to it: CREATE DATABASE needs it idle. */
  template: string;
  /** What the names of this run's databases begin with. */
  prefix: string;
}

interface RunningServer {
  url: string;
  stop(): Promise<void>;
}

async function main(): Promise<void> {
  const server = await startServer(process.env.TEST_DATABASE_URL);
  try {
    const prefix = `sightline_test_${randomBytes(4).toString('hex')}_`;
    try {
      const template = await createTemplate(server.url, `${prefix}template`);
      console.log(JSON.stringify({ url: server.url, template, prefix } satisfies DatabaseServer));
      process.stdin.resume();
      await once(process.stdin, 'end');
    } finally {
      await dropAll(server.url, prefix);
    }
  } finally {
    await server.stop();
  }
}

/** An own server in a temporary directory, or the one that is named, of which only our databases are touched. */
async function startServer(external: string | undefined): Promise<RunningServer> {
  if (external) return { url: external, stop: async () => undefined };
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-test-'));
  const removeDir = () => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedServer({ dataDir, durable: false });
    return { url: urlOf(server.superuserUrl, 'postgres'), stop: () => server.stop().finally(removeDir) };
  } catch (error) {
    await removeDir();
    throw error;
  }
}

async function createTemplate(url: string, name: string): Promise<string> {
  await withClient(url, (client) => client.query(`create database ${pg.escapeIdentifier(name)}`));
  const database = createDatabase({ url: urlOf(url, name), maxConnections: 2 });
  await migrate(database).finally(() => database.close());
  await withClient(url, (client) =>
    client.query(`alter database ${pg.escapeIdentifier(name)} allow_connections false`),
  );
  return name;
}

async function dropAll(url: string, prefix: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { name } of rows) await client.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
  });
}

// The run's end is told by stdin alone: Ctrl-C is for vitest, which may still want the server to finish its tests.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
await main();
