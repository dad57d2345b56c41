import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql, type Transaction } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrator.ts';
import { createDatabase, type Database } from '../../src/database/pool.ts';
import type { DB } from '../../src/database/types.generated.ts';
import { createEvents, type Events } from '../../src/events/events.ts';
import { createHints, type Hints } from '../../src/events/hints.ts';
import { appendEvents } from '../../src/events/log.ts';
import type { StreamItem } from '../../src/events/stream.ts';
import { newId } from '../../src/ids.ts';
import { newEvent, nextEvents, request, writeEvents } from '../api/events/log-fixture.ts';

// A server of its own: the horizon is that of the whole cluster, so other tests' transactions would be part of this one.
let dataDir: string;
let server: Awaited<ReturnType<typeof startEmbeddedServer>>;
let database: Database;
let hints: Hints;
let events: Events;
const logged: { level: number; msg: string }[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-order-'));
  server = await startEmbeddedServer({ dataDir, durable: false });
  database = createDatabase({ url: server.superuserUrl, maxConnections: 10 });
  await migrate(database);
  const logger = pino({}, { write: (line) => void logged.push(JSON.parse(line)) });
  hints = createHints({ db: database.db, listenUrl: server.superuserUrl, logger });
  events = await createEvents({ db: database.db, hints, logger });
});

afterAll(async () => {
  events.close();
  await hints.close();
  await database.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface OpenTransaction {
  commit(): Promise<void>;
}

/** A transaction that has done `work` and stays open. */
async function openTransaction(
  work: (trx: Transaction<DB>) => Promise<unknown>,
  from: Database = database,
): Promise<OpenTransaction> {
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const ended = from.db.transaction().execute(async (trx) => {
    await work(trx);
    begun.resolve();
    await mayEnd.promise;
  });
  await Promise.race([begun.promise, ended]);
  return {
    commit() {
      mayEnd.resolve();
      return ended;
    },
  };
}

/** Until the tail has seen that something waits for an open transaction. */
async function untilHeldBack(): Promise<void> {
  while (events.stats().horizonLagSeconds === 0) {
    hints.eventsWritten();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function collect(stream: AsyncIterator<StreamItem>, count: number) {
  const arrived: string[] = [];
  const all = (async () => {
    while (arrived.length < count) arrived.push(...(await nextEvents(stream, 1)).map(({ event }) => event.entityId));
  })();
  return { arrived, all };
}

describe('the order of the log', () => {
  test('never passes a slower transaction: its events come first, not never', async () => {
    const organizationId = newId();
    const [slow, fast] = [newEvent(organizationId), newEvent(organizationId)];
    const stream = events.open(request(organizationId, await events.currentCursor()));
    const { arrived, all } = collect(stream, 2);
    const open = await openTransaction((trx) => appendEvents(trx, [slow]));
    await writeEvents(database.db, [fast]);
    await untilHeldBack();
    expect(arrived).toEqual([]);
    await open.commit();
    hints.eventsWritten();
    await all;
    expect(arrived).toEqual([slow.entityId, fast.entityId]);
    await stream.return?.();
  });

  test('is that of transaction ids also when a younger transaction owns the smaller event id', async () => {
    const organizationId = newId();
    const [older, younger] = [newEvent(organizationId), newEvent(organizationId)];
    const begin = await events.currentCursor();
    const mayWrite = Promise.withResolvers<void>();
    const drawn = Promise.withResolvers<void>();
    const writing = database.db.transaction().execute(async (trx) => {
      await sql`select pg_current_xact_id()`.execute(trx);
      drawn.resolve();
      await mayWrite.promise;
      await appendEvents(trx, [older]);
    });
    await drawn.promise;
    await writeEvents(database.db, [younger]);
    mayWrite.resolve();
    await writing;
    const stream = events.open(request(organizationId, begin));
    const items = await nextEvents(stream, 2);
    expect(items.map(({ event }) => event.entityId)).toEqual([older.entityId, younger.entityId]);
    expect(Number(items[0]!.event.id)).toBeGreaterThan(Number(items[1]!.event.id));
    // A cursor between the two leads to the younger one, although its id is the smaller.
    const resumed = events.open(request(organizationId, items[0]!.cursor));
    expect((await nextEvents(resumed, 1))[0]!.event.entityId).toBe(younger.entityId);
    await stream.return?.();
    await resumed.return?.();
  });

  test('is held back by a write transaction in any database of the cluster, which is measured and told', async () => {
    await sql`create database elsewhere`.execute(database.db);
    const url = new URL(server.superuserUrl);
    url.pathname = '/elsewhere';
    const elsewhere = createDatabase({ url: url.href, maxConnections: 1 });
    const organizationId = newId();
    const stream = events.open(request(organizationId, await events.currentCursor()));
    const { arrived, all } = collect(stream, 1);
    const open = await openTransaction((trx) => sql`create table unrelated ()`.execute(trx), elsewhere);
    await writeEvents(database.db, [newEvent(organizationId)]);
    while (!logged.some(({ msg }) => msg.startsWith('Events wait for a transaction')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(events.stats().horizonLagSeconds).toBeGreaterThan(2);
    expect(arrived).toEqual([]);
    await open.commit();
    hints.eventsWritten();
    await all;
    await stream.return?.();
    expect(logged.some(({ msg }) => msg.startsWith('Events no longer wait'))).toBe(true);
    await elsewhere.close();
  });

  test('is not held back by a transaction that only reads', async () => {
    const organizationId = newId();
    const stream = events.open(request(organizationId, await events.currentCursor()));
    const { all } = collect(stream, 1);
    const reader = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const reading = database.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => {
        await sql`select from event limit 1`.execute(trx);
        begun.resolve();
        await reader.promise;
      });
    await begun.promise;
    await writeEvents(database.db, [newEvent(organizationId)]);
    hints.eventsWritten();
    await all;
    reader.resolve();
    await reading;
    await stream.return?.();
  });
});

describe('a finite stream whose last event is held back', () => {
  test('completes after it, not before', async () => {
    const organizationId = newId();
    const entityId = newId();
    const begin = await events.currentCursor();
    const open = await openTransaction((trx) => sql`select pg_current_xact_id()`.execute(trx));
    await writeEvents(database.db, [newEvent(organizationId, { entityId, state: { status: 'SUCCEEDED' } })]);
    const stream = events.open(
      request(organizationId, begin, {
        entityIds: [entityId],
        isSettled: ({ status }) => status === 'SUCCEEDED',
        // Settled, as the event says that nobody can be shown yet.
        members: async () => [{ entityId, settled: true, state: { status: 'SUCCEEDED' }, at: new Date() }],
      }),
    );
    const first = stream.next();
    await untilHeldBack();
    await open.commit();
    hints.eventsWritten();
    expect(await first).toMatchObject({ value: { type: 'event', event: { entityId } } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('sends the state at once when it begins with states, since it is read and not tailed', async () => {
    const organizationId = newId();
    const entityId = newId();
    const open = await openTransaction((trx) => sql`select pg_current_xact_id()`.execute(trx));
    await writeEvents(database.db, [newEvent(organizationId, { entityId, state: { status: 'SUCCEEDED' } })]);
    const stream = events.open(
      request(organizationId, null, {
        entityIds: [entityId],
        isSettled: ({ status }) => status === 'SUCCEEDED',
        members: async () => [{ entityId, settled: true, state: { status: 'SUCCEEDED' }, at: new Date() }],
      }),
    );
    const [item] = await nextEvents(stream, 1);
    expect(item!.event.state).toEqual({ status: 'SUCCEEDED', previousStatus: null });
    expect(await stream.next()).toMatchObject({ done: true });
    // Whoever goes on from that state is not told the same once more, when the horizon has passed.
    await open.commit();
    const resumed = events.open(request(organizationId, item!.cursor));
    const later = newEvent(organizationId);
    await writeEvents(database.db, [later]);
    expect((await nextEvents(resumed, 1))[0]!.event.entityId).toBe(later.entityId);
    await resumed.return?.();
  });
});
