import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '../../../src/database/pool.ts';
import { assertSupportedVersion } from '../../../src/database/suitability.ts';
import { describeServer, waitForDatabase } from '../../../src/database/wait-for-database.ts';

describe('waitForDatabase', () => {
  test('says which server cannot be reached, without its password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const database = createDatabase({ url: `postgres://anna:s3cret@127.0.0.1:${port}/shop`, maxConnections: 1 });
    const failure = await waitForDatabase(database.pool, { timeoutMs: 0 }).catch((error: Error) => error);
    await database.close();
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toBe(
      `The database server at 127.0.0.1:${port}, database shop, user anna cannot be reached (ECONNREFUSED). Check DATABASE_URL, and that the server is running.`,
    );
  });

  test('tries again while connections are taken and hung up, as a proxy does whose server is not there yet', async () => {
    const comers = createServer((socket) => socket.on('data', () => socket.end())).listen(0, '127.0.0.1');
    await once(comers, 'listening');
    const { port } = comers.address() as AddressInfo;
    const database = createDatabase({ url: `postgres://anna:s3cret@127.0.0.1:${port}/shop`, maxConnections: 1 });
    const stop = new AbortController();
    const waiting = waitForDatabase(database.pool, { signal: stop.signal }).catch((error: Error) => error);
    await once(comers, 'connection');
    const again = await Promise.race([once(comers, 'connection').then(() => 'came again'), waiting]);
    expect(again).toBe('came again');
    stop.abort();
    expect(await waiting).toMatchObject({ name: 'AbortError' });
    const failure = await waitForDatabase(database.pool, { timeoutMs: 0 }).catch((error: Error) => error);
    await database.close();
    comers.close();
    expect((failure as Error).message).toBe(
      `The database server at 127.0.0.1:${port}, database shop, user anna cannot be reached (Connection terminated unexpectedly). Check DATABASE_URL, and that the server is running.`,
    );
  });
});

describe('assertSupportedVersion', () => {
  test('refuses PostgreSQL 13 and takes 14', () => {
    expect(() => assertSupportedVersion(130_015)).toThrow(
      'The database server is PostgreSQL 13; 14 or newer is needed.',
    );
    expect(() => assertSupportedVersion(140_000)).not.toThrow();
  });
});

describe('describeServer', () => {
  test.each([
    ['postgres://anna:pw@db.example:6432/shop', 'db.example:6432, database shop, user anna'],
    ['postgres://anna@db.example/shop?sslmode=require', 'db.example:5432, database shop, user anna'],
    ['postgres://anna:pw@/shop?host=/run/postgresql', '/run/postgresql:5432, database shop, user anna'],
    ['host=db password=pw', 'an address that does not begin with postgres://'],
  ])('tells of %s everything but the password', (url, description) => {
    expect(describeServer(url)).toBe(description);
  });
});
