import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEpoch } from '../../../src/events/epoch.ts';
import { createEvents } from '../../../src/events/events.ts';
import { appendEvents, ensureEventPartitions, pruneEvents } from '../../../src/events/log.ts';
import { comparePositions, logStart } from '../../../src/events/position.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  drain,
  idOf,
  newEvent,
  nextEvent,
  nextEvents,
  passHorizon,
  request,
  silent,
  startLogProcess,
  wholeLog,
  writeEvents,
} from './log-fixture.ts';

/** An organisation's events that were made so many days ago. */
async function writeOldEvents(database: TestDatabase, organizationId: string, daysAgo: number, count: number) {
  await sql`
    do $$ declare day date := (now() at time zone 'utc')::date - ${sql.lit(daysAgo)}; begin
      execute format('create table if not exists event_%s partition of event for values from (%L) to (%L)',
        to_char(day, 'YYYYMMDD'), day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
    end $$`.execute(database.db);
  for (let n = 0; n < count; n++) {
    await sql`insert into event (organization_id, kind, entity_id, created_at) values
      (${organizationId}, 'ANALYSIS', ${newId()}, now() - ${daysAgo} * interval '1 day')`.execute(database.db);
  }
}

describe('the log', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('keeps the order in which events were appended, and what they say', async () => {
    const organizationId = newId();
    const given = Array.from({ length: 300 }, (_, n) =>
      newEvent(organizationId, {
        taskId: n % 2 ? newId() : null,
        batchIds: Array.from({ length: n % 3 }, newId),
        state: { status: String(n), previousStatus: null, placeId: 'a "quoted" place, {with} \\ and 🐙' },
      }),
    );
    await database.db.transaction().execute(async (trx) => {
      await appendEvents(trx, given.slice(0, 200));
      await appendEvents(trx, []);
      await appendEvents(trx, given.slice(200));
    });
    const log = await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' });
    expect(log).toMatchObject(given.map(({ batchIds = [], ...event }) => ({ ...event, batchIds: [...batchIds] })));
    for (const [index, event] of log.entries())
      if (index > 0) expect(comparePositions(log[index - 1]!, event)).toBe(-1);
    expect(log[0]!.at.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test('leaves nothing of a transaction that was rolled back, and no gap that anybody waits for', async () => {
    const organizationId = newId();
    await expect(
      database.db.transaction().execute(async (trx) => {
        await appendEvents(trx, [newEvent(organizationId)]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await writeEvents(database.db, [newEvent(organizationId)]);
    expect(await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' })).toHaveLength(1);
  });

  test('makes the partitions of the days ahead once', async () => {
    await Promise.all([ensureEventPartitions(database.db, 9), ensureEventPartitions(database.db, 9)]);
    await ensureEventPartitions(database.db, 9);
    const { rows } = await sql<{ count: string }>`
      select count(*) from pg_inherits where inhparent = 'event'::regclass`.execute(database.db);
    expect(Number(rows[0]!.count)).toBeGreaterThanOrEqual(10);
  });
});

describe('pruning', () => {
  test('drops whole days, and answers cursors from before with CURSOR_EXPIRED', async () => {
    const database = await createTestDatabase();
    const process = await startLogProcess(database);
    const organizationId = newId();
    const begin = await process.events.currentCursor();
    await writeOldEvents(database, organizationId, 9, 3);
    await writeOldEvents(database, organizationId, 7, 2);
    await writeEvents(database.db, [newEvent(organizationId)]);
    const stream = process.events.open(request(organizationId, begin));
    const items = await nextEvents(stream, 6);
    await stream.return?.();

    expect(await pruneEvents(database.db, 7)).toHaveLength(1);
    expect(await pruneEvents(database.db, 7)).toEqual([]);
    expect(await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' })).toHaveLength(3);
    for (const cursor of [begin, items[0]!.cursor, items[1]!.cursor]) {
      const expired = await drain(process.events.open(request(organizationId, cursor)));
      expect(expired).toMatchObject([{ type: 'resync', reason: 'CURSOR_EXPIRED' }]);
      // What a client does then: read the state, and go on from the cursor it was given.
      const resumed = process.events.open(request(organizationId, expired[0]!.cursor));
      const arriving = nextEvent(resumed);
      const entityId = newId();
      await writeEvents(database.db, [newEvent(organizationId, { entityId })]);
      process.hints.eventsWritten();
      expect((await arriving).event.entityId).toBe(entityId);
      await resumed.return?.();
    }
    // The last one that is gone: nothing after it is.
    const whole = process.events.open(request(organizationId, items[2]!.cursor));
    expect((await nextEvents(whole, 3)).map(idOf)).toEqual(items.slice(3).map(idOf));
    await whole.return?.();
    await process.close();
    await database.drop();
  });

  test('does not leave out what is pruned under a replay: the stream says that it lost it', async () => {
    const database = await createTestDatabase();
    const process = await startLogProcess(database, { pageEvents: 2 });
    const organizationId = newId();
    const begin = await process.events.currentCursor();
    await writeOldEvents(database, organizationId, 9, 6);
    await passHorizon(database.db);
    const stream = process.events.open(request(organizationId, begin));
    await nextEvent(stream);
    await pruneEvents(database.db, 7);
    const rest = await drain(stream);
    expect(rest.map((item) => item.type)).toEqual(['event', 'resync']);
    expect(rest.at(-1)).toMatchObject({ reason: 'CURSOR_EXPIRED' });
    await process.close();
    await database.drop();
  });
});

describe('a cursor of another log', () => {
  test('is answered with CURSOR_FOREIGN: another installation, or a position that this log has not reached', async () => {
    const [here, elsewhere] = [await createTestDatabase(), await createTestDatabase()];
    await sql`update secret set value = ${Buffer.alloc(32, 1)} where name = 'cursor'`.execute(elsewhere.db);
    const process = await startLogProcess(here);
    const other = await startLogProcess(elsewhere);
    const organizationId = newId();
    const foreign = [await other.events.currentCursor(), process.events.cursorAt({ xid: '99999999999', id: '0' })];
    for (const after of foreign) {
      const items = await drain(process.events.open(request(organizationId, after)));
      expect(items).toMatchObject([{ type: 'resync', reason: 'CURSOR_FOREIGN' }]);
      const resumed = process.events.open(request(organizationId, items[0]!.cursor));
      const arriving = nextEvent(resumed);
      await writeEvents(here.db, [newEvent(organizationId)]);
      process.hints.eventsWritten();
      await arriving;
      await resumed.return?.();
    }
    for (const each of [process, other]) await each.close();
    for (const database of [here, elsewhere]) await database.drop();
  });
});

describe('a database restored into another cluster', () => {
  test('begins a new epoch when its transaction ids lie in the future, and keeps the old log in order before the new', async () => {
    const database = await createTestDatabase();
    const organizationId = newId();
    const old = await startLogProcess(database);
    for (let n = 0; n < 3; n++) await writeEvents(database.db, [newEvent(organizationId)]);
    const stream = old.events.open(request(organizationId, old.events.cursorAt(logStart)));
    const oldItems = await nextEvents(stream, 3);
    await stream.return?.();
    await old.close();
    // As if this cluster had given out far fewer ids than the one where the log was written.
    await sql`update event set xid = (xid::text::bigint + 4000000000)::text::xid8`.execute(database.db);

    const epochs = await Promise.all([checkEpoch(database.db), checkEpoch(database.db), checkEpoch(database.db)]);
    expect(epochs).toEqual([2, 2, 2]);
    const restored = await startLogProcess(database);
    expect(await drain(restored.events.open(request(organizationId, oldItems[0]!.cursor)))).toMatchObject([
      { type: 'resync', reason: 'CURSOR_FOREIGN' },
    ]);
    await writeEvents(database.db, [newEvent(organizationId)]);
    const whole = restored.events.open(request(organizationId, restored.events.cursorAt(logStart)));
    const items = await nextEvents(whole, 4);
    expect(items.slice(0, 3).map(idOf)).toEqual(oldItems.map(idOf));
    // From within the old part too: they all have the same transaction id now.
    const resumed = restored.events.open(request(organizationId, items[1]!.cursor));
    expect((await nextEvents(resumed, 2)).map(idOf)).toEqual(items.slice(2).map(idOf));
    for (const open of [whole, resumed]) await open.return?.();
    await restored.close();
    await database.drop();
  });

  test('makes the streams of a process that runs meanwhile begin again', async () => {
    const database = await createTestDatabase();
    const process = await startLogProcess(database);
    const organizationId = newId();
    const stream = process.events.open(request(organizationId, await process.events.currentCursor()));
    const begun = nextEvent(stream);
    await writeEvents(database.db, [newEvent(organizationId)]);
    process.hints.eventsWritten();
    await begun;
    const pending = drain(stream);
    await sql`update event_log set epoch = epoch + 1`.execute(database.db);
    process.hints.eventsWritten();
    const [resync] = await pending;
    expect(resync).toMatchObject({ type: 'resync', reason: 'CURSOR_FOREIGN' });
    const other = await createEvents({ db: database.db, hints: process.hints, logger: silent });
    const resumed = other.open(request(organizationId, resync!.cursor));
    const arriving = nextEvent(resumed);
    await writeEvents(database.db, [newEvent(organizationId)]);
    process.hints.eventsWritten();
    await arriving;
    await resumed.return?.();
    other.close();
    await process.close();
    await database.drop();
  });
});
