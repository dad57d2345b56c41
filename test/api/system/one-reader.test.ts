import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { SystemStatus } from '../../../src/system/system-status.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** The database, and how often it was asked. */
function counted() {
  const asked = { times: 0 };
  const db = database.db.withPlugin({
    transformQuery({ node }) {
      asked.times += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return { db, asked };
}

test('a tick reads once for all who watch, of whatever organisation, and nothing when nobody does', async () => {
  const { db, asked } = counted();
  const system = new SystemStatus({ db, logger: createLogger({ level: 'silent', format: 'json' }) });
  const [mine, theirs] = [newId(), newId()];
  const streams = [mine, mine, theirs, theirs].map((organizationId) => system.watch(organizationId, 1));
  const slow = system.watch(mine, 60);
  const first = await Promise.all([...streams, slow].map((stream) => stream.next()));
  expect(first.map(({ value }) => value.queue.organizationId)).toEqual([mine, mine, theirs, theirs, mine]);
  // One for the engines, one for the queues of both.
  expect(asked.times).toBe(2);
  await Promise.all(streams.map((stream) => stream.next()));
  expect(asked.times).toBe(4);
  const last = slow.next();
  await Promise.all([...streams, slow].map((stream) => stream.return!()));
  expect(await last).toEqual({ done: true, value: undefined });
  await system.close();
});

test('a closed one leaves its streams open, for an end would say that there is nothing more to come', async () => {
  const system = new SystemStatus({ ...database, logger: createLogger({ level: 'silent', format: 'json' }) });
  const stream = system.watch(newId(), 1);
  await stream.next();
  const next = stream.next();
  await system.close();
  const pending = Symbol('pending');
  expect(await Promise.race([next, new Promise((resolve) => setImmediate(() => resolve(pending)))])).toBe(pending);
  await stream.return!();
  expect(await next).toEqual({ done: true, value: undefined });
});
