import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { EventKind, LogEvent, Position } from './event.ts';
import { type EventFilter, narrow, readApart } from './event-filter.ts';
import { justBefore, logStart } from './position.ts';

/** The state of the log at the moment when a page was read. */
export interface LogState {
  epoch: number;
  /** Up to where events were deleted, at least those of the requested organisation; (0, 0): none were. */
  pruned: Position;
  /** Every transaction below it has ended: the log is complete up to there. */
  horizon: string;
  /** Not yet assigned to any transaction that a reader could see. */
  nextXid: string;
}

export interface LogPage extends LogState {
  events: LogEvent[];
  /** This page and the ones before it contain everything up to here, and nothing after it. */
  end: Position;
  /**
   * The last event up to `end`: reading continues here, not from `end` itself. A server that has crashed assigns the ids of
   * transactions that had written nothing durable again, and `end` may have been beyond those. A visible event is durable.
   */
  last: Position;
  /** There may be more below the horizon. */
  full: boolean;
  /** Of the first page: what happened just before it. */
  recent?: RecentEvents;
}

interface StateRow {
  epoch: number;
  pruned_xid: string;
  pruned_id: string;
  horizon: string;
  next_xid: string;
}

interface EventRow {
  xid: string;
  id: string;
  organization_id: string;
  kind: EventKind;
  entity_id: string;
  task_id: string | null;
  batch_ids: string[];
  state: LogEvent['state'];
  created_at: Date;
}

/** `xid` is null where the row is not an event: it only carries the state of the log. */
type PageRow = StateRow & (EventRow | { xid: null });

/**
 * Events after a position in the order (xid, id), up to where no slower transaction can still precede them. One statement, so all
 * that it returns is from one moment; no transaction stays open between pages.
 */
export async function readEvents(
  db: Kysely<DB>,
  after: Position,
  options: { limit: number; filter?: EventFilter },
): Promise<LogPage> {
  // A left join, since an empty page still tells how far the log has been read.
  const { rows } = await sql<PageRow>`
    select log.*, e.xid::text, e.id::text, e.organization_id, e.kind, e.entity_id, e.task_id, e.batch_ids, e.state,
      e.created_at
    from (${selectState(options.filter?.organizationId ?? null)}) log
    left join lateral (${selectPage(after, options)}
    ) e on true
    order by e.xid, e.id`.execute(db);
  return toPage(rows, after, options.limit);
}

function selectPage(after: Position, { limit, filter }: { limit: number; filter?: EventFilter }): RawBuilder<unknown> {
  // A function of the database, whose plan is kept: a change is not delivered before this was read.
  if (!filter) return sql`select * from events_after(${after.xid}::xid8, ${after.id}::bigint, ${limit}::integer)`;
  const select = (condition: RawBuilder<unknown>) => sql`
    select event.* from event
    where (xid, id) > (${after.xid}::xid8, ${after.id}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) ${condition}
    order by xid, id limit ${limit}`;
  const apart = readApart(filter);
  if (apart === null) return select(narrow(filter));
  // Each by its own index, no further than the page needs: below `any`, PostgreSQL does not use the order of an index.
  return sql`
    select of_one.* from unnest(${apart.values}) one (id)
    cross join lateral (${select(sql`${narrow(filter)} and ${apart.isOfOne}`)}) of_one
    order by of_one.xid, of_one.id limit ${limit}`;
}

/** Events before the first page, in order and without gaps, so that streams that resume need not read them one by one. */
export interface RecentEvents {
  /** Every event after this and before the page is there. */
  from: Position;
  events: LogEvent[];
}

/** After a restart, clients come back within seconds. */
const recentSeconds = 60;

/**
 * No events, only where the log stands, and what happened just before; called full, so that the next page follows at once and says
 * whether any wait.
 * @param most of the recent events
 */
export async function readFirstPage(db: Kysely<DB>, most: number): Promise<LogPage> {
  const state = await readLogState(db, null);
  const last = await readLastPosition(db, state.horizon);
  const recent = await readRecent(db, state.horizon, most);
  return { ...state, recent, events: [], end: { xid: state.horizon, id: '0' }, last, full: true };
}

async function readRecent(db: Kysely<DB>, horizon: string, most: number): Promise<RecentEvents> {
  // Below the horizon nothing is added, so several statements read the same log.
  const { rows: before } = await sql<Position>`
    select xid::text, id::text from event
    where event.xid < ${horizon}::xid8 and created_at < now() - ${recentSeconds} * interval '1 second'
    order by event.xid desc, event.id desc limit 1`.execute(db);
  const from = before[0] ?? logStart;
  const { rows } = await sql<EventRow>`
    select xid::text, id::text, organization_id, kind, entity_id, task_id, batch_ids, state, created_at from (
      select * from event where (xid, id) > (${from.xid}::xid8, ${from.id}::bigint) and xid < ${horizon}::xid8
      order by xid desc, id desc limit ${most}
    ) e order by e.xid, e.id`.execute(db);
  const events = rows.map(toEvent);
  const [first] = events;
  return { events, from: first && events.length === most ? justBefore(first) : from };
}

/** Where the last event below a horizon is, whoever it is about. */
export async function readLastPosition(db: Kysely<DB>, horizon: string): Promise<Position> {
  const { rows } = await sql<Position>`
    select xid::text, id::text from event where event.xid < ${horizon}::xid8
    order by event.xid desc, event.id desc limit 1`.execute(db);
  return rows[0] ?? logStart;
}

/**
 * For how long the oldest committed event at or above a horizon has been there; null: none is. Not part of a page, since
 * planning it for all partitions takes as long as the page itself, and delivering must not wait for it.
 */
export async function readWaitingSeconds(db: Kysely<DB>, { horizon, nextXid }: LogState): Promise<number | null> {
  // Nobody was writing.
  if (horizon === nextXid) return null;
  const { rows } = await sql<{ seconds: number }>`
    select greatest(0, extract(epoch from clock_timestamp() - created_at))::float8 as seconds
    from event where xid >= ${horizon}::xid8 order by xid, id limit 1`.execute(db);
  return rows[0]?.seconds ?? null;
}

/** Where the log stands and how far it reaches, without any event. @param organizationId null: for all of them. */
export async function readLogState(db: Kysely<DB>, organizationId: string | null): Promise<LogState> {
  const { rows } = await selectState(organizationId).execute(db);
  return toState(rows[0]!);
}

/** An organisation with a shorter retention period than the server's has lost more of them. */
function selectState(organizationId: string | null): RawBuilder<StateRow> {
  const isBeyond = sql`(own.events_pruned_xid, own.events_pruned_id) > (event_log.pruned_xid, event_log.pruned_id)`;
  return sql<StateRow>`
    select epoch, (case when ${isBeyond} then own.events_pruned_xid else pruned_xid end)::text as pruned_xid,
      (case when ${isBeyond} then own.events_pruned_id else pruned_id end)::text as pruned_id,
      pg_snapshot_xmin(pg_current_snapshot())::text as horizon, pg_snapshot_xmax(pg_current_snapshot())::text as next_xid
    from event_log left join organization own on own.id = ${organizationId}::uuid`;
}

function toPage(rows: PageRow[], after: Position, limit: number): LogPage {
  const state = toState(rows[0]!);
  const events = rows.filter((row) => row.xid !== null).map(toEvent);
  const full = events.length === limit;
  const last = events.at(-1);
  // A page that is not full has read everything below the horizon, whether events were there or not.
  const end = full && last ? { xid: last.xid, id: last.id } : { xid: state.horizon, id: '0' };
  return { ...state, events, end, full, last: last ? { xid: last.xid, id: last.id } : after };
}

function toState(row: StateRow): LogState {
  return {
    epoch: row.epoch,
    pruned: { xid: row.pruned_xid, id: row.pruned_id },
    horizon: row.horizon,
    nextXid: row.next_xid,
  };
}

function toEvent(row: EventRow): LogEvent {
  return {
    xid: row.xid,
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    entityId: row.entity_id,
    taskId: row.task_id,
    batchIds: row.batch_ids,
    state: row.state,
    at: row.created_at,
  };
}
