import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidCursorError } from '../../../src/events/cursor.ts';
import type { StreamItem } from '../../../src/events/stream.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  idOf,
  type LogProcess,
  newEvent,
  nextEvent,
  nextEvents,
  passHorizon,
  request,
  startLogProcess,
  wholeLog,
  writeEvents,
} from './log-fixture.ts';

let database: TestDatabase;
let first: LogProcess;
let second: LogProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  first = await startLogProcess(database);
  second = await startLogProcess(database, { pageEvents: 3, ringEvents: 20 });
});

afterAll(async () => {
  await first.close();
  await second.close();
  await database.drop();
});

describe('a stream from a cursor', () => {
  test('delivers what is written by another process, in the order of the log', async () => {
    const organizationId = newId();
    const stream = first.events.open(request(organizationId, await first.events.currentCursor()));
    const given = Array.from({ length: 5 }, () => newEvent(organizationId));
    const arriving = nextEvents(stream, 5);
    await writeEvents(database.db, given);
    second.hints.eventsWritten();
    expect((await arriving).map(({ event }) => event.entityId)).toEqual(given.map(({ entityId }) => entityId));
    await stream.return?.();
  });

  test('gives from every cursor exactly the rest, whichever process made it', async () => {
    const organizationId = newId();
    const begin = await first.events.currentCursor();
    for (let n = 0; n < 4; n++)
      await writeEvents(
        database.db,
        Array.from({ length: 1 + (n % 3) }, () => newEvent(organizationId)),
      );
    const expected = (await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' })).map(({ id }) => id);
    const stream = first.events.open(request(organizationId, begin));
    const items = await nextEvents(stream, expected.length);
    expect(items.map(idOf)).toEqual(expected);
    for (const process of [first, second]) {
      for (const [index, { cursor }] of items.slice(0, -1).entries()) {
        const resumed = process.events.open(request(organizationId, cursor));
        const rest = await nextEvents(resumed, expected.length - index - 1);
        expect(rest.map(idOf)).toEqual(expected.slice(index + 1));
        // The same cursors, so a client may change processes at any event.
        expect(rest.map((item) => item.cursor)).toEqual(items.slice(index + 1).map((item) => item.cursor));
        await resumed.return?.();
      }
    }
    await stream.return?.();
  });

  test('replays page by page and goes on live without a gap', async () => {
    const organizationId = newId();
    const begin = await first.events.currentCursor();
    const write = () => writeEvents(database.db, [newEvent(organizationId), newEvent(organizationId)]);
    for (let n = 0; n < 6; n++) await write();
    const stream = second.events.open(request(organizationId, begin));
    const items = await nextEvents(stream, 4);
    for (let n = 0; n < 6; n++) await write();
    items.push(...(await nextEvents(stream, 20)));
    const expected = await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' });
    expect(items.map(idOf)).toEqual(expected.map(({ id }) => id));
    await stream.return?.();
  });

  test('narrows by organisation, kind, entities, batch, task and what the caller looks at, in replay as live', async () => {
    const organizationId = newId();
    const [entityId, batchId, taskId] = [newId(), newId(), newId()];
    const match = { entityId, batchIds: [newId(), batchId], taskId, state: { status: 'FAILED' } };
    const given = [
      newEvent(newId(), match),
      newEvent(organizationId, { ...match, kind: 'IMAGE' }),
      newEvent(organizationId, { ...match, entityId: newId() }),
      newEvent(organizationId, { ...match, batchIds: [newId()] }),
      newEvent(organizationId, { ...match, taskId: newId() }),
      newEvent(organizationId, { ...match, state: { status: 'QUEUED' } }),
      newEvent(organizationId, match),
    ];
    const begin = await first.events.currentCursor();
    await writeEvents(database.db, given);
    await passHorizon(database.db);
    const matches = ({ state }: { state: { status?: string | null } }) => state.status === 'FAILED';
    const stream = first.events.open(
      request(organizationId, begin, { entityIds: [entityId], batchId, taskId, matches }),
    );
    const replayed = await nextEvent(stream);
    const arriving = nextEvent(stream);
    await writeEvents(database.db, given);
    first.hints.eventsWritten();
    const live = await arriving;
    for (const { event } of [replayed, live])
      expect(event).toMatchObject({ organizationId, kind: 'ANALYSIS', ...match });
    expect(BigInt(live.event.id) - BigInt(replayed.event.id)).toBe(7n);
    await stream.return?.();
  });
});

describe('a stream from now', () => {
  test('has nothing that was committed before, however late it is read', async () => {
    const organizationId = newId();
    await writeEvents(database.db, [newEvent(organizationId)]);
    const stream = first.events.open(request(organizationId, null));
    let arrived = false;
    const arriving = nextEvent(stream).finally(() => {
      arrived = true;
    });
    // The stream begins somewhere in these, sooner or later; what it has must be the end of them without a hole.
    while (!arrived) await writeEvents(database.db, [newEvent(organizationId)]);
    for (let n = 0; n < 3; n++) await writeEvents(database.db, [newEvent(organizationId)]);
    const { event } = await arriving;
    const log = (await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' })).map(({ id }) => id);
    const from = log.indexOf(event.id);
    expect(from).toBeGreaterThan(0);
    const rest = await nextEvents(stream, log.length - from - 1);
    expect(rest.map(idOf)).toEqual(log.slice(from + 1));
    await stream.return?.();
  });
});

describe('progress of a batch', () => {
  test('is sent as the latest, with the cursor of the latest', async () => {
    const organizationId = newId();
    const batchId = newId();
    const begin = await first.events.currentCursor();
    const progress = (status: string) =>
      writeEvents(database.db, [newEvent(organizationId, { kind: 'BATCH', entityId: batchId, state: { status } })]);
    for (let n = 0; n < 10; n++) await progress('PROCESSING');
    await passHorizon(database.db);
    const stream = first.events.open(request(organizationId, begin, { kind: 'BATCH', entityIds: [batchId] }));
    const { event, cursor } = await nextEvent(stream);
    const log = await wholeLog(database.db, { organizationId, kind: 'BATCH' });
    expect(event.id).toBe(log.at(-1)?.id);
    await stream.return?.();
    await progress('COMPLETED');
    const resumed = first.events.open(request(organizationId, cursor, { kind: 'BATCH', entityIds: [batchId] }));
    expect((await nextEvent(resumed)).event.state).toEqual({ status: 'COMPLETED' });
    await resumed.return?.();
  });
});

describe('the end of a stream', () => {
  test('comes at once when it is returned while idle, and nothing runs on', async () => {
    const stream = first.events.open(request(newId(), null));
    const pending = stream.next();
    const other = first.events.open(request(newId(), null));
    const otherPending = other.next();
    expect(first.events.stats().subscribers).toBe(2);
    await stream.return?.();
    await expect(pending).resolves.toEqual({ done: true, value: undefined });
    expect(first.events.stats().subscribers).toBe(1);
    await other.return?.();
    await otherPending;
    expect(first.events.stats().subscribers).toBe(0);
    const { eventsRead } = first.events.stats();
    await writeEvents(database.db, [newEvent(newId())]);
    first.hints.eventsWritten();
    await passHorizon(database.db);
    expect(first.events.stats().eventsRead).toBe(eventsRead);
  });

  test('leaves nothing behind when it is returned before it began', async () => {
    const stream = first.events.open(request(newId(), null));
    await stream.return?.();
    expect(first.events.stats().subscribers).toBe(0);
    await expect(stream.next()).resolves.toMatchObject({ done: true });
  });

  test('does not come at shutdown: a stream neither completes nor fails until it is returned', async () => {
    const process = await startLogProcess(database);
    const organizationId = newId();
    const stream = process.events.open(request(organizationId, await process.events.currentCursor()));
    const received = nextEvent(stream);
    await writeEvents(database.db, [newEvent(organizationId)]);
    process.hints.eventsWritten();
    await received;
    let settled = false;
    const pending = stream.next().finally(() => {
      settled = true;
    });
    await process.close();
    await writeEvents(database.db, [newEvent(organizationId)]);
    const late = process.events.open(request(organizationId, null));
    const lateResult = late.next();
    await passHorizon(database.db);
    expect(process.events.closing).toBe(true);
    expect(settled).toBe(false);
    await stream.return?.();
    await expect(pending).resolves.toMatchObject({ done: true });
    await late.return?.();
    await expect(lateResult).resolves.toMatchObject({ done: true });
  });
});

describe('a subscriber that does not read', () => {
  test('goes on from memory after a burst that its queue cannot hold', async () => {
    const process = await startLogProcess(database, { queuedEvents: 5, ringEvents: 1_000, pageEvents: 50 });
    const organizationId = newId();
    const stream = process.events.open(request(organizationId, await process.events.currentCursor()));
    const earliest = nextEvent(stream);
    await writeEvents(database.db, [newEvent(organizationId)]);
    process.hints.eventsWritten();
    // From here on the tail counts what it reads.
    const items: StreamItem[] = [await earliest];
    while (process.events.stats().queueOverflows === 0)
      items.push(...(await readAfterBurst(process, stream, organizationId, 300)));
    const log = await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' });
    expect(items.map(idOf)).toEqual(log.map(({ id }) => id));
    await stream.return?.();
    expect(process.events.stats()).toMatchObject({ queueOverflows: 1, tooSlow: 0 });
    await process.close();
  });

  test('is cut off when it falls behind what memory holds, with a cursor that loses nothing', async () => {
    const process = await startLogProcess(database, { queuedEvents: 5, ringEvents: 20, pageEvents: 10 });
    const organizationId = newId();
    const stream = process.events.open(request(organizationId, null));
    const begun = nextEvent(stream);
    // From now: written until the first one arrives.
    let arrived = false;
    void begun.then(() => {
      arrived = true;
    });
    while (!arrived) await writeEvents(database.db, [newEvent(organizationId)]);
    const items: StreamItem[] = [await begun];
    while (items.at(-1)!.type !== 'resync') items.push(...(await readAfterBurst(process, stream, organizationId, 100)));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    const resync = items.pop()!;
    expect(resync).toMatchObject({ reason: 'SUBSCRIBER_TOO_SLOW' });
    const log = (await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' })).map(({ id }) => id);
    const expected = log.slice(log.indexOf(idOf(items[0]!)));
    const resumed = process.events.open(request(organizationId, resync.cursor));
    expect([...items, ...(await nextEvents(resumed, expected.length - items.length))].map(idOf)).toEqual(expected);
    await resumed.return?.();
    expect(process.events.stats().tooSlow).toBe(1);
    await process.close();
  });

  test('never falls behind in a replay: it reads the log at its own pace', async () => {
    const process = await startLogProcess(database, { queuedEvents: 5, ringEvents: 20, pageEvents: 10 });
    const organizationId = newId();
    const begin = await process.events.currentCursor();
    const write = () =>
      writeEvents(
        database.db,
        Array.from({ length: 100 }, () => newEvent(organizationId)),
      );
    await write();
    await passHorizon(database.db);
    const stream = process.events.open(request(organizationId, begin));
    const items = [await nextEvent(stream)];
    await write();
    process.hints.eventsWritten();
    await hasRead(process, 100);
    items.push(...(await nextEvents(stream, 199)));
    const log = await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' });
    expect(items.map(idOf)).toEqual(log.map(({ id }) => id));
    await stream.return?.();
    await process.close();
  });
});

describe('a filter of a caller that throws', () => {
  test('ends its own stream and no other', async () => {
    const organizationId = newId();
    const begin = await first.events.currentCursor();
    const broken = first.events.open(
      request(organizationId, begin, {
        matches: () => {
          throw new Error('broken filter');
        },
      }),
    );
    const healthy = first.events.open(request(organizationId, begin));
    const outcomes = Promise.allSettled([broken.next(), nextEvent(healthy)]);
    await writeEvents(database.db, [newEvent(organizationId)]);
    first.hints.eventsWritten();
    const [failed, delivered] = await outcomes;
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('broken filter') });
    expect(delivered.status).toBe('fulfilled');
    await healthy.return?.();
    expect(first.events.stats().subscribers).toBe(0);
  });
});

describe('many subscribers', () => {
  test('cost an event only those that it concerns', async () => {
    const organizationId = newId();
    const process = await startLogProcess(database);
    const begin = await process.events.currentCursor();
    const looks = new Map<string, number>();
    const batchIds = Array.from({ length: 1_000 }, newId);
    const streams = batchIds.map((batchId) =>
      process.events.open(
        request(organizationId, begin, {
          batchId,
          matches: () => {
            looks.set(batchId, (looks.get(batchId) ?? 0) + 1);
            return true;
          },
        }),
      ),
    );
    const pending = streams.map((stream) => stream.next());
    const hit = batchIds[500]!;
    await writeEvents(database.db, [newEvent(organizationId, { batchIds: [hit] })]);
    process.hints.eventsWritten();
    await pending[500];
    expect(process.events.stats().subscribers).toBe(1_000);
    expect([...looks.keys()]).toEqual([hit]);
    await Promise.all(streams.map((stream) => stream.return?.()));
    await Promise.all(pending);
    expect(process.events.stats().subscribers).toBe(0);
    await process.close();
  });
});

describe('a text that is no cursor', () => {
  test('is refused before the stream begins', () => {
    expect(() => first.events.open(request(newId(), 'yesterday'))).toThrow(InvalidCursorError);
  });
});

/** Until the tail has read so many events of all. */
async function hasRead(process: LogProcess, count: number): Promise<void> {
  while (process.events.stats().eventsRead < count) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * What a stream gives that is asked for nothing but its next item while so many events are written: all of them, or what
 * comes before a resync and that. One that has not caught up when they come needs no queue; the next burst finds it live.
 */
async function readAfterBurst(
  process: LogProcess,
  stream: AsyncIterator<StreamItem>,
  organizationId: string,
  count: number,
): Promise<StreamItem[]> {
  const next = stream.next();
  const { eventsRead } = process.events.stats();
  const burst = Array.from({ length: count }, () => newEvent(organizationId));
  await writeEvents(database.db, burst);
  process.hints.eventsWritten();
  await hasRead(process, eventsRead + count);
  const items: StreamItem[] = [(await next).value];
  const isLast = (item: StreamItem) => item.type === 'resync' || item.event.entityId === burst.at(-1)!.entityId;
  while (!isLast(items.at(-1)!)) items.push((await stream.next()).value);
  return items;
}
