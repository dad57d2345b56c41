import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventState } from '../../../src/events/event.ts';
import { appendEvents } from '../../../src/events/log.ts';
import type { StreamItem } from '../../../src/events/stream.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { anyState, type LogProcess, newEvent, request, startLogProcess, wholeLog } from './log-fixture.ts';
import { advanceThings, createThings, insertThings, lastStep, readThings } from './things.ts';

let database: TestDatabase;
let processes: LogProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  await createThings(database.db);
  // One that holds the run in memory, one that has to go to the log, give up queues and cut off.
  processes = [
    await startLogProcess(database),
    await startLogProcess(database, { pageEvents: 7, queuedEvents: 4, ringEvents: 25 }),
  ];
});

afterEach(async () => {
  for (const process of processes) await process.close();
  await database.drop();
});

/** Numbers that look random and are the same in every run, so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function linger(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function hintAll(): void {
  for (const { hints } of processes) hints.eventsWritten();
}

describe('a client that breaks off anywhere and goes on anywhere', () => {
  test('has seen the whole log once, in order, while transactions overlap', async () => {
    const organizationId = newId();
    const random = randomFrom(42);
    const writers = 4;
    const each = 40;
    const begin = await processes[0]!.events.currentCursor();
    const writing = Promise.all(
      Array.from({ length: writers }, async () => {
        for (let n = 0; n < each; n++) {
          await database.db.transaction().execute(async (trx) => {
            await appendEvents(trx, [newEvent(organizationId), newEvent(newId())]);
            if (random() < 0.3) await linger(random() * 20);
            await appendEvents(trx, [newEvent(organizationId)]);
          });
          hintAll();
        }
      }),
    );
    const seen: string[] = [];
    let after = begin;
    let resyncs = 0;
    while (seen.length < writers * each * 2) {
      const { events } = processes[Math.floor(random() * 2)]!;
      const stream = events.open(request(organizationId, after));
      const reads = 1 + Math.floor(random() * 40);
      for (let n = 0; n < reads && seen.length < writers * each * 2; n++) {
        const { value } = (await stream.next()) as { value: StreamItem };
        after = value.cursor;
        if (value.type === 'event') seen.push(value.event.id);
        else resyncs++;
        if (value.type === 'resync') break;
        if (random() < 0.05) await linger(random() * 30);
      }
      await stream.return?.();
    }
    await writing;
    const log = await wholeLog(database.db, { organizationId, kind: 'ANALYSIS' });
    expect(seen).toEqual(log.map(({ id }) => id));
    expect(log).toHaveLength(writers * each * 2);
    expect(resyncs).toBeLessThan(log.length);
  });
});

describe('a client that begins with present states', () => {
  // Snapshots with several transactions under way are the hard case, so writers hold theirs open and share their rows.
  test.each([1, 2, 3, 4])(
    'follows every step of every member exactly, wherever it begins and breaks off (%i)',
    async (seed) => {
      const organizationId = newId();
      const random = randomFrom(seed);
      const ids = await insertThings(database.db, organizationId, 6);
      const isSettled = ({ status }: EventState) => Number(status) >= lastStep;
      const members = async (trx: Parameters<NonNullable<ReturnType<typeof request>['members']>>[0]) =>
        (await readThings(trx, organizationId, ids)).map(({ id, step }) => ({
          entityId: id,
          settled: step >= lastStep,
          state: anyState({ status: String(step) }),
          at: new Date(),
        }));
      const open = (after: string | null) =>
        processes[Math.floor(random() * 2)]!.events.open(
          request(organizationId, after, { entityIds: ids, members, isSettled }),
        );
      const isOver = async () =>
        (await readThings(database.db, organizationId, ids)).every(({ step }) => step === lastStep);
      const writing = Promise.all(
        Array.from({ length: 3 }, async () => {
          while (!(await isOver())) {
            const some = ids.filter(() => random() < 0.5);
            await advanceThings(database.db, some, async (trx) => {
              // An id drawn early and used late.
              await sql`select pg_current_xact_id()`.execute(trx);
              if (random() < 0.5) await linger(random() * 15);
            });
            hintAll();
          }
        }),
      );
      const clients = Array.from({ length: 4 }, async () => {
        await linger(random() * 60);
        const steps = new Map<string, number>();
        let after: string | null = null;
        for (;;) {
          const stream = open(after);
          const reads = 1 + Math.floor(random() * 10);
          let done = false;
          for (let n = 0; n < reads && !done; n++) {
            const result = await stream.next();
            done = result.done === true;
            if (done) break;
            const item = result.value as StreamItem;
            after = item.cursor;
            if (item.type === 'resync') break;
            follow(steps, item.event.entityId, item.event.state as EventState<'ANALYSIS'>);
          }
          await stream.return?.();
          if (done) return steps;
        }
      });
      for (const steps of await Promise.all(clients)) {
        expect(steps.size).toBe(ids.length);
        for (const step of steps.values()) expect(step).toBe(lastStep);
      }
      await writing;
    },
  );
});

/** A state when nothing is known yet, else the change that follows what is known. */
function follow(steps: Map<string, number>, id: string, { status, previousStatus }: EventState<'ANALYSIS'>): void {
  const known = steps.get(id);
  const from = previousStatus == null ? undefined : Number(previousStatus);
  if (known !== undefined) expect(from, `${id} was in step ${known}`).toBe(known);
  steps.set(id, Number(status));
}
