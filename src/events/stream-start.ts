import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { ResumePoint } from './cursor.ts';
import { type EventFilter, narrow } from './event-filter.ts';
import { type MemberSets, readMemberSets } from './member-sets.ts';
import { compareDecimals, comparePositions } from './position.ts';
import type { LogState } from './read-log.ts';
import { Settlement } from './settlement.ts';
import { isVisible, readSnapshot, type Snapshot } from './snapshot.ts';
import type { Member, ResyncReason, StreamRequest } from './stream.ts';
import { onOneTick, stateEvent } from './stream-events.ts';
import { createTick, type Tick, type TickEvent } from './tick.ts';

/** What a stream begins with. */
export interface StreamStart {
  /** Events at or before it are not sent. */
  point: ResumePoint;
  /** Sent first, in the order of ids. Their entities are loaded with those of other streams that begin at the same time. */
  states: readonly TickEvent[];
  /** null: the stream does not end by itself. */
  settlement: Settlement | null;
  /** A finite stream ends only after everything up to this transaction was delivered; null: there is nothing to wait for. */
  lastXid: string | null;
}

/** What the query of the log can filter by; the rest of a request is checked event by event. */
export function streamFilter(request: StreamRequest): EventFilter {
  const { organizationId, kind, entityIds, batchId, taskId, narrowing = null } = request;
  return { organizationId, kind, entityIds: entityIds?.length ? entityIds : undefined, batchId, taskId, narrowing };
}

/** Why a stream cannot begin at a point; null: it can. */
export function findResyncReason(point: ResumePoint, log: LogState, epoch: number): ResyncReason | null {
  if (log.epoch !== epoch) return 'CURSOR_FOREIGN';
  // From a history that a restored backup does not contain.
  const reach = point.snapshot?.xmax ?? point.position.xid;
  if (compareDecimals(reach, log.nextXid) > 0) return 'CURSOR_FOREIGN';
  return comparePositions(point.position, log.pruned) < 0 ? 'CURSOR_EXPIRED' : null;
}

/** The resume point of a reader who has just read under this snapshot. */
export function pointAt(snapshot: Snapshot): ResumePoint {
  return { position: { xid: snapshot.xmin, id: '0' }, snapshot, toldUpTo: null };
}

/** Whether a client at this point already knows the events of a transaction whose id is above the point's position. */
export function isKnownAt(point: ResumePoint, xid: string): boolean {
  return point.snapshot !== null && isVisible(point.snapshot, xid);
}

/** A stream that begins. */
export interface StartRequest {
  request: StreamRequest;
  filter: EventFilter;
  /** null: from now. */
  point: ResumePoint | null;
}

/** Whether a stream ends by itself. */
function isFiniteSet({ request }: StartRequest): boolean {
  return request.members !== undefined || request.memberSet !== undefined;
}

/** What an endless stream from a point begins with: nothing has to be read. null: something has. */
export function startWithoutReading(start: StartRequest): StreamStart | null {
  if (start.point === null || isFiniteSet(start)) return null;
  return { point: start.point, states: [], settlement: null, lastXid: null };
}

/** Several streams at once, which see the same snapshot. */
export async function startStreams(db: Kysely<DB>, starts: readonly StartRequest[]): Promise<StreamStart[]> {
  if (starts.some(isFiniteSet))
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((trx) => startTogether(trx, starts));
  const now = starts.some(({ point }) => point === null) ? pointAt(await readSnapshot(db)) : null;
  return starts.map((start) => {
    return { point: start.point ?? now!, states: [], settlement: null, lastXid: null };
  });
}

async function startTogether(trx: Transaction<DB>, starts: readonly StartRequest[]): Promise<StreamStart[]> {
  const snapshot = await readSnapshot(trx);
  const lastXid = starts.some(({ point }) => point !== null) ? await readLastXid(trx) : null;
  const sets = await readMemberSets(trx, starts);
  const tick = createTick();
  const started: StreamStart[] = [];
  // One after the other: a connection runs one statement at a time.
  for (const start of starts) started.push(await startOne(trx, start, { snapshot, lastXid, sets, tick }));
  return started;
}

interface Shared {
  snapshot: Snapshot;
  lastXid: string | null;
  sets: MemberSets;
  tick: Tick;
}

async function startOne(trx: Transaction<DB>, start: StartRequest, shared: Shared): Promise<StreamStart> {
  const { request, filter, point } = start;
  const { snapshot, lastXid, tick } = shared;
  if (!isFiniteSet(start)) return { point: point ?? pointAt(snapshot), states: [], settlement: null, lastXid: null };
  const { isSettled } = request;
  if (!isSettled) throw new TypeError('A stream with members needs isSettled, to know when it ends.');
  const read = request.memberSet ? shared.sets.find(request) : await request.members!(trx);
  // A cursor in the middle of the states refers to the order of ids, which is that of creation, because they are UUIDv7.
  const members = [...read].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
  const settlement = new Settlement({ members, snapshot, isSettled });
  if (!point) {
    const now = pointAt(snapshot);
    return { point: now, states: toStates(request, now, members, tick), settlement, lastXid: null };
  }
  if (point.toldUpTo === null) return { point, states: [], settlement, lastXid };
  const untold = await statesNotTold(trx, filter, point, members);
  return { point: { ...point, toldUpTo: null }, states: toStates(request, point, untold, tick), settlement, lastXid };
}

function toStates(request: StreamRequest, point: ResumePoint, members: readonly Member[], tick: Tick): TickEvent[] {
  const events = members.map((member) => stateEvent(request, point, member));
  return onOneTick(
    events.filter((event) => request.matches?.(event) ?? true),
    tick,
  );
}

/**
 * The stream was interrupted while the states were being sent. Members that have not changed since are in the same state as under
 * the snapshot of the cursor, so their states are sent now. All changes of the others follow from the log.
 */
async function statesNotTold(
  trx: Transaction<DB>,
  filter: EventFilter,
  { snapshot, toldUpTo }: ResumePoint,
  members: readonly Member[],
): Promise<Member[]> {
  if (snapshot === null || toldUpTo === null) return [];
  const { rows } = await sql<{ entity_id: string }>`
    select distinct entity_id from event
    where xid >= ${snapshot.xmin}::xid8
      and (xid >= ${snapshot.xmax}::xid8 or xid = any(${[...snapshot.running]}::xid8[]))
      ${narrow(filter)}`.execute(trx);
  const changed = new Set(rows.map((row) => row.entity_id));
  return members.filter(({ entityId }) => entityId > toldUpTo && !changed.has(entityId));
}

/** All events that this snapshot sees are at or before this transaction. */
async function readLastXid(trx: Transaction<DB>): Promise<string | null> {
  const { rows } = await sql<{ xid: string }>`
    select xid::text from event order by event.xid desc, id desc limit 1`.execute(trx);
  return rows[0]?.xid ?? null;
}
