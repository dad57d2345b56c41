import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import type { DB } from '../../../src/database/types.generated.ts';
import type { EventKind, EventState, LogEvent, NewEvent } from '../../../src/events/event.ts';
import type { EventFilter } from '../../../src/events/event-filter.ts';
import { createEvents, type Events } from '../../../src/events/events.ts';
import { createHints, type Hints } from '../../../src/events/hints.ts';
import type { HubLimits } from '../../../src/events/hub-figures.ts';
import { appendEvents } from '../../../src/events/log.ts';
import { logStart } from '../../../src/events/position.ts';
import { readEvents } from '../../../src/events/read-log.ts';
import type { StreamItem, StreamRequest } from '../../../src/events/stream.ts';
import { newId } from '../../../src/ids.ts';
import type { TestDatabase } from '../../support/database.ts';

export const silent = pino({ level: 'silent' });

/** One server process as far as the log is concerned. */
export interface LogProcess {
  events: Events;
  hints: Hints;
  close(): Promise<void>;
}

export async function startLogProcess(database: TestDatabase, limits: Partial<HubLimits> = {}): Promise<LogProcess> {
  const { db, url } = database;
  const hints = createHints({ db, listenUrl: url, logger: silent });
  await hints.start();
  const events = await createEvents({ db, hints, logger: silent, limits });
  return {
    events,
    hints,
    async close() {
      events.close();
      await hints.close();
    },
  };
}

/** The log keeps what a state says as it is and never looks into it, so tests may have it say anything. */
export function anyState(state: Record<string, string | null>): EventState<'ANALYSIS'> {
  return state as unknown as EventState<'ANALYSIS'>;
}

type Given = Partial<Omit<LogEvent, 'state' | 'batchIds'>> & {
  batchIds?: readonly string[];
  state?: Record<string, string | null>;
};

/** An event with what the test does not care about filled in. */
export function newEvent(organizationId: string, { state = { status: 'QUEUED' }, ...given }: Given = {}): NewEvent {
  return { organizationId, kind: 'ANALYSIS', entityId: newId(), state: anyState(state), ...given } as NewEvent;
}

/** Commits events in one transaction of their own. */
export async function writeEvents(db: Kysely<DB>, events: readonly NewEvent[]): Promise<void> {
  await db.transaction().execute((trx) => appendEvents(trx, events));
}

/** What a log must give to a client that misses nothing. */
export async function wholeLog(db: Kysely<DB>, filter: EventFilter): Promise<LogEvent[]> {
  await passHorizon(db);
  return (await readEvents(db, logStart, { limit: 1_000_000, filter })).events;
}

/** Waits until everything committed by now lies below the horizon: test files in parallel hold it back now and then. */
export async function passHorizon(db: Kysely<DB>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ passed: boolean }>`
      select not exists (select from event where xid >= pg_snapshot_xmin(pg_current_snapshot())) as passed`.execute(db);
    if (rows[0]!.passed) return;
  }
}

export function request(
  organizationId: string,
  after: string | null,
  given: Partial<StreamRequest> & { kind?: EventKind } = {},
): StreamRequest {
  return { organizationId, kind: 'ANALYSIS', after, ...given };
}

/** The next item, which must be an event. */
export async function nextEvent(stream: AsyncIterator<StreamItem>): Promise<Extract<StreamItem, { type: 'event' }>> {
  const { value, done } = await stream.next();
  if (done || value.type !== 'event') throw new Error(`Expected an event, got ${JSON.stringify(value)}.`);
  return value;
}

export async function nextEvents(stream: AsyncIterator<StreamItem>, count: number) {
  const items = [];
  while (items.length < count) items.push(await nextEvent(stream));
  return items;
}

/** Everything until the stream completes. */
export async function drain(stream: AsyncIterable<StreamItem>): Promise<StreamItem[]> {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

export function idOf(item: StreamItem): string {
  return item.type === 'event' ? item.event.id : item.reason;
}
