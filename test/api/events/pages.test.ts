import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidCursorError } from '../../../src/events/cursor.ts';
import type { EventState } from '../../../src/events/event.ts';
import { appendEvents } from '../../../src/events/log.ts';
import type { StreamItem, StreamRequest } from '../../../src/events/stream.ts';
import type { StreamPage } from '../../../src/events/stream-page.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  anyState,
  idOf,
  type LogProcess,
  newEvent,
  nextEvents,
  passHorizon,
  request,
  startLogProcess,
  writeEvents,
} from './log-fixture.ts';
import { advanceThing, createThings, insertThings, readThings } from './things.ts';

/** Pages of events, which hold what a stream would deliver. Statements read three events, so that a page needs several. */
let database: TestDatabase;
let server: LogProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  await createThings(database.db);
  server = await startLogProcess(database, { pageEvents: 3 });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** All pages from a request on, until nothing more is known. */
async function readAll(start: StreamRequest, first: number): Promise<StreamPage[]> {
  const pages: StreamPage[] = [];
  for (let after = start.after; ; after = pages.at(-1)!.cursor) {
    pages.push(await server.events.read({ ...start, after }, first));
    if (!pages.at(-1)!.hasMore) return pages;
  }
}

const itemsOf = (pages: readonly StreamPage[]): StreamItem[] => pages.flatMap(({ items }) => items);
const shape = (items: readonly StreamItem[]) => items.map((item) => [idOf(item), item.cursor]);

describe('pages from a cursor', () => {
  test.each([1, 2, 3, 4, 7, 100])('of %i hold the events and cursors of a stream, each once', async (first) => {
    const organizationId = newId();
    const begin = await server.events.currentCursor();
    for (let n = 0; n < 4; n++) await writeEvents(database.db, [newEvent(organizationId), newEvent(organizationId)]);
    await writeEvents(database.db, [newEvent(newId())]);
    await passHorizon(database.db);
    const stream = server.events.open(request(organizationId, begin));
    const expected = await nextEvents(stream, 8);
    await stream.return?.();
    const pages = await readAll(request(organizationId, begin), first);
    expect(shape(itemsOf(pages))).toEqual(shape(expected));
    for (const { items } of pages) expect(items.length).toBeLessThanOrEqual(first);
    // From a cursor of a stream, too.
    const rest = await readAll(request(organizationId, expected[4]!.cursor), first);
    expect(shape(itemsOf(rest))).toEqual(shape(expected.slice(5)));
  });

  test('go on where the last one ended, in a stream as well', async () => {
    const organizationId = newId();
    const { cursor } = await server.events.read(request(organizationId, null), 10);
    await writeEvents(database.db, [newEvent(organizationId)]);
    await passHorizon(database.db);
    const page = await server.events.read(request(organizationId, cursor), 10);
    expect(page.items).toHaveLength(1);
    expect((await server.events.read(request(organizationId, page.cursor), 10)).items).toEqual([]);
    const stream = server.events.open(request(organizationId, page.cursor));
    const given = newEvent(organizationId);
    const arriving = nextEvents(stream, 1);
    await writeEvents(database.db, [given]);
    server.hints.eventsWritten();
    expect((await arriving)[0]!.event.entityId).toBe(given.entityId);
    await stream.return?.();
  });

  test('pass over what does not match, a part of the log at a time, and keep up with it', async () => {
    const organizationId = newId();
    const failed = ({ state }: { state: { status?: string | null } }) => state.status === 'FAILED';
    const begin = await server.events.currentCursor();
    for (let n = 0; n < 40; n++) await writeEvents(database.db, [newEvent(organizationId)]);
    await writeEvents(database.db, [newEvent(organizationId, { state: { status: 'FAILED' } })]);
    await passHorizon(database.db);
    const pages = await readAll(request(organizationId, begin, { matches: failed }), 5);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[0]).toMatchObject({ items: [], hasMore: true });
    expect(itemsOf(pages)).toHaveLength(1);
  });

  test('have a cursor beyond the events of others, so that theirs may be pruned', async () => {
    const organizationId = newId();
    const begin = await server.events.currentCursor();
    await writeEvents(database.db, [newEvent(newId())]);
    await passHorizon(database.db);
    const { cursor, items } = await server.events.read(request(organizationId, begin), 5);
    expect(items).toEqual([]);
    expect(cursor).not.toBe(begin);
    const given = newEvent(organizationId);
    await writeEvents(database.db, [given]);
    await passHorizon(database.db);
    const next = await server.events.read(request(organizationId, cursor), 5);
    expect(next.items.map((item) => item.type === 'event' && item.event.entityId)).toEqual([given.entityId]);
  });

  test('do not pass a transaction that is still open', async () => {
    const organizationId = newId();
    const begin = await server.events.currentCursor();
    const [early, late] = [newEvent(organizationId), newEvent(organizationId)];
    const written = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const slow = database.db.transaction().execute(async (trx) => {
      await appendEvents(trx, [early]);
      written.resolve();
      await mayEnd.promise;
    });
    await written.promise;
    await writeEvents(database.db, [late]);
    const before = await server.events.read(request(organizationId, begin), 10);
    expect(before.items).toEqual([]);
    mayEnd.resolve();
    await slow;
    await passHorizon(database.db);
    const after = await server.events.read(request(organizationId, before.cursor), 10);
    expect(after.items.map((item) => item.type === 'event' && item.event.entityId)).toEqual([
      early.entityId,
      late.entityId,
    ]);
  });
});

const last = 3;

/** Over things, which are settled in step 3. */
function over(organizationId: string, entityIds: string[], after: string | null): StreamRequest {
  return request(organizationId, after, {
    entityIds,
    isSettled: ({ status }: EventState) => Number(status) >= last,
    members: async (trx) =>
      (await readThings(trx, organizationId, entityIds)).map(({ id, step }) => ({
        entityId: id,
        settled: step >= last,
        state: anyState({ status: String(step) }),
        at: new Date(),
      })),
  });
}

const told = (items: readonly StreamItem[]) =>
  items.map((item) => item.type === 'event' && `${item.event.entityId} ${item.event.state.status}`);

describe('pages over a finite set', () => {
  test('begin with the present states, also where one of them changes between two pages', async () => {
    const organizationId = newId();
    const ids = (await insertThings(database.db, organizationId, 3)).sort();
    const [a, b, c] = ids as [string, string, string];
    await advanceThing(database.db, a);
    const first = await server.events.read(over(organizationId, ids, null), 2);
    expect(told(first.items)).toEqual([`${a} 1`, `${b} 0`]);
    expect(first).toMatchObject({ hasMore: true, isComplete: false });
    await advanceThing(database.db, b);
    await passHorizon(database.db);
    const rest = itemsOf(await readAll(over(organizationId, ids, first.cursor), 2));
    expect(told(rest)).toEqual([`${c} 0`, `${b} 1`]);
  });

  test('are complete when all have settled and everything was told', async () => {
    const organizationId = newId();
    const [id] = await insertThings(database.db, organizationId, 1);
    const { cursor } = await server.events.read(over(organizationId, [id!], null), 10);
    for (let step = 1; step <= last; step++) {
      await advanceThing(database.db, id!);
      await passHorizon(database.db);
      const one = await server.events.read(over(organizationId, [id!], cursor), 10);
      expect([told(one.items).at(-1), one.isComplete]).toEqual([`${id} ${step}`, step === last]);
    }
    const part = await server.events.read(over(organizationId, [id!], cursor), 2);
    expect(part).toMatchObject({ hasMore: true, isComplete: false });
    expect(await server.events.read(over(organizationId, [id!], part.cursor), 2)).toMatchObject({ isComplete: true });
  });
});

describe('a cursor that cannot be gone on from', () => {
  test('is answered with a resync, whose cursor can', async () => {
    const organizationId = newId();
    const cursor = await server.events.currentCursor();
    const foreign = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
    const page = await server.events.read(request(organizationId, foreign), 10);
    expect(page).toMatchObject({
      items: [{ type: 'resync', reason: 'CURSOR_FOREIGN', cursor: page.cursor }],
      hasMore: false,
      isComplete: false,
    });
    await writeEvents(database.db, [newEvent(organizationId)]);
    await passHorizon(database.db);
    expect((await server.events.read(request(organizationId, page.cursor), 10)).items).toHaveLength(1);
  });

  test('is answered with a resync when what follows it has been pruned', async () => {
    const organizationId = newId();
    const begin = server.events.cursorAt({ xid: '1', id: '0' });
    await sql`update event_log set pruned_xid = '2'`.execute(database.db);
    const page = await server.events.read(request(organizationId, begin), 10);
    await sql`update event_log set pruned_xid = '0'`.execute(database.db);
    expect(page.items).toMatchObject([{ type: 'resync', reason: 'CURSOR_EXPIRED' }]);
  });

  test('is an error when it is no cursor at all', async () => {
    await expect(server.events.read(request(newId(), 'nonsense'), 10)).rejects.toBeInstanceOf(InvalidCursorError);
  });
});
