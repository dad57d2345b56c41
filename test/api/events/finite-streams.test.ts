import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventState } from '../../../src/events/event.ts';
import type { StreamRequest } from '../../../src/events/stream.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  anyState,
  drain,
  idOf,
  type LogProcess,
  nextEvent,
  passHorizon,
  request,
  startLogProcess,
} from './log-fixture.ts';
import { advanceThing, createThings, insertThings, readThings } from './things.ts';

let database: TestDatabase;
let server: LogProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  await createThings(database.db);
  server = await startLogProcess(database);
});

afterAll(async () => {
  await server.close();
  await database.drop();
});

const last = 3;
const isSettled = ({ status }: EventState) => Number(status) >= last;

/** A stream over things, which are settled in step 3. */
function over(organizationId: string, entityIds: string[], after: string | null, given: Partial<StreamRequest> = {}) {
  return server.events.open(
    request(organizationId, after, {
      entityIds,
      isSettled,
      members: async (trx) =>
        (await readThings(trx, organizationId, entityIds)).map(({ id, step }) => ({
          entityId: id,
          settled: step >= last,
          state: anyState({ status: String(step) }),
          at: new Date(),
        })),
      ...given,
    }),
  );
}

async function advance(id: string, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) await advanceThing(database.db, id);
  server.hints.eventsWritten();
}

function told(items: Awaited<ReturnType<typeof drain>>): string[] {
  return items.map((item) => {
    if (item.type === 'resync') return item.reason;
    const { status, previousStatus } = item.event.state as EventState<'ANALYSIS'>;
    return `${previousStatus ?? ''}>${status}`;
  });
}

describe('a stream over a finite set', () => {
  test('sends the present states, then what happens, and completes when all have settled', async () => {
    const organizationId = newId();
    const ids = (await insertThings(database.db, organizationId, 2)).sort();
    await advance(ids[0]!, 3);
    const stream = over(organizationId, ids, null);
    const states = [await nextEvent(stream), await nextEvent(stream)];
    expect(states.map(({ event }) => [event.entityId, event.state.status])).toEqual([
      [ids[0], '3'],
      [ids[1], '0'],
    ]);
    const rest = drain(stream);
    await advance(ids[1]!, 3);
    expect(told(await rest)).toEqual(['0>1', '1>2', '2>3']);
  });

  test('sends the states of what has settled already and completes', async () => {
    const organizationId = newId();
    const ids = await insertThings(database.db, organizationId, 3);
    for (const id of ids) await advance(id, 3);
    expect(told(await drain(over(organizationId, ids, null)))).toEqual(['>3', '>3', '>3']);
  });

  test('completes at once when it is empty', async () => {
    const organizationId = newId();
    expect(await drain(over(organizationId, [newId()], null))).toEqual([]);
    expect(await drain(over(organizationId, [newId()], await server.events.currentCursor()))).toEqual([]);
  });

  test('replays the changes of what has settled already, from every cursor, and completes', async () => {
    const organizationId = newId();
    const before = await server.events.currentCursor();
    const ids = await insertThings(database.db, organizationId, 3);
    for (let step = 0; step < 3; step++) for (const id of ids) await advance(id);
    const all = await drain(over(organizationId, ids, before));
    expect(all).toHaveLength(12);
    for (const [index, { cursor }] of all.entries()) {
      const rest = await drain(over(organizationId, ids, cursor));
      expect(rest.map(idOf)).toEqual(all.slice(index + 1).map(idOf));
    }
  });

  test('goes on with the states that it has not sent when it breaks off among them', async () => {
    const organizationId = newId();
    const ids = (await insertThings(database.db, organizationId, 4)).sort();
    const stream = over(organizationId, ids, null);
    const cursors = [];
    for (let n = 0; n < 4; n++) cursors.push((await nextEvent(stream)).cursor);
    await stream.return?.();
    // Two change meanwhile: their changes are told one by one, without a state that would be newer than the first of them.
    await advance(ids[0]!, 1);
    await advance(ids[2]!, 3);
    const expected = [[`${ids[1]}:>0`, `${ids[3]}:>0`], [`${ids[3]}:>0`], [`${ids[3]}:>0`], []];
    for (const [index, cursor] of cursors.entries()) {
      const resumed = over(organizationId, ids, cursor);
      const items = [];
      while (items.length < expected[index]!.length + 4) items.push(await nextEvent(resumed));
      const seen = items.map(({ event }) => `${event.entityId}:${told([{ type: 'event', event, cursor: '' }])}`);
      expect(seen).toEqual([...expected[index]!, `${ids[0]}:0>1`, `${ids[2]}:0>1`, `${ids[2]}:1>2`, `${ids[2]}:2>3`]);
      await resumed.return?.();
    }
  });

  test('counts a member as settled although the client does not hear of it', async () => {
    const organizationId = newId();
    const ids = await insertThings(database.db, organizationId, 1);
    const stream = over(organizationId, ids, await server.events.currentCursor(), {
      matches: ({ state }) => Number(state.status) === 2,
    });
    const all = drain(stream);
    await advance(ids[0]!, 3);
    expect(told(await all)).toEqual(['1>2']);
  });

  test('completes when the last member settles, although its client does not hear of that change', async () => {
    const organizationId = newId();
    const ids = await insertThings(database.db, organizationId, 1);
    const stream = over(organizationId, ids, await server.events.currentCursor(), {
      matches: ({ state }) => Number(state.status) === 2,
    });
    const first = nextEvent(stream);
    await advance(ids[0]!, 2);
    expect((await first).event.state.status).toBe('2');
    // It waits when the change comes that settles the member.
    const rest = drain(stream);
    await passHorizon(database.db);
    await advance(ids[0]!);
    expect(await rest).toEqual([]);
  });

  test('reads the members and their snapshot in one moment, in a transaction that cannot write', async () => {
    const organizationId = newId();
    const ids = await insertThings(database.db, organizationId, 1);
    const settings: unknown[] = [];
    const stream = over(organizationId, ids, null, {
      members: async (trx) => {
        const { rows } = await sql`select current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as read_only`.execute(trx);
        settings.push(...rows);
        return [];
      },
    });
    await drain(stream);
    expect(settings).toEqual([{ isolation: 'repeatable read', read_only: 'on' }]);
  });

  test('fails in its first step when the members cannot be read', async () => {
    const stream = over(newId(), [newId()], null, { members: () => Promise.reject(new Error('no such table')) });
    await expect(stream.next()).rejects.toThrow('no such table');
    expect(server.events.stats().subscribers).toBe(0);
    await passHorizon(database.db);
  });
});
