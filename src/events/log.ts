import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { eventKinds, type NewEvent } from './event.ts';

/**
 * Appends events in the transaction of the change that they report; they appear in the log in the given order. After the commit
 * call `hints.eventsWritten()`.
 *
 * Between transactions the log's order is that of their ids, which is not always the order in which they changed a row: see
 * order.ts for concurrent changes of one row.
 */
export async function appendEvents(trx: Transaction<DB>, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    organization_id: event.organizationId,
    kind: event.kind,
    entity_id: event.entityId,
    task_id: event.taskId ?? null,
    batch_ids: event.batchIds ?? [],
    state: event.state,
  }));
  // One parameter for any number of events; identity values are assigned in the order of the sorted subquery.
  await sql`
    insert into event (organization_id, kind, entity_id, task_id, batch_ids, state)
    select e.organization_id, e.kind, e.entity_id, e.task_id, e.batch_ids, e.state
    from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as (
      organization_id uuid, kind text, entity_id uuid, task_id uuid, batch_ids uuid[], state jsonb
    )) with ordinality as e(organization_id, kind, entity_id, task_id, batch_ids, state, ordinal)
    order by e.ordinal`.execute(trx);
}

/** Makes the partitions of today and of the days ahead; those that exist stay. On a day without one no event can be written. */
export async function ensureEventPartitions(db: Kysely<DB>, daysAhead: number): Promise<void> {
  await sql`select ensure_event_partitions(${daysAhead})`.execute(db);
}

/** How long events are kept for clients that resume, unless the organisation sets a shorter period. */
export const eventDays = 7;

/** Dropping waits for every reader and writer of the log, and all later ones wait for it. So it gives up and tries again in an hour. */
const lockTimeoutMs = 2_000;

/**
 * Drops the partitions that contain nothing younger than `keepDays` days, and records up to where events were deleted: cursors
 * before that result in CURSOR_EXPIRED. Both happen in one transaction, so no reader finds a gap that is not recorded.
 *
 * @returns the partitions dropped.
 * @throws when the log is too busy to lock within 2 s (SQLSTATE 55P03); nothing is dropped then.
 */
export async function pruneEvents(db: Kysely<DB>, keepDays: number): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`.execute(trx);
    // The same lock as in ensure_event_partitions(), which creates them, so that both never interleave.
    await sql`select pg_advisory_xact_lock(hashtext('sightline:event-partitions'))`.execute(trx);
    const names = await findPartitionsBefore(trx, keepDays);
    for (const name of names) {
      // Readers and writers are locked out before the position is read: the position recorded is that of the dropped events.
      await sql`lock table event in access exclusive mode`.execute(trx);
      await notePruned(trx, name);
      await sql`drop table ${sql.table(name)}`.execute(trx);
    }
    return names;
  });
}

async function findPartitionsBefore(trx: Transaction<DB>, keepDays: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'event'::regclass
      and relname < 'event_' || to_char((now() at time zone 'utc')::date - ${keepDays}::integer, 'YYYYMMDD')
    order by relname`.execute(trx);
  return rows.map(({ name }) => name);
}

async function notePruned(trx: Transaction<DB>, partition: string): Promise<void> {
  await sql`
    update event_log set pruned_xid = last.xid, pruned_id = last.id
    from (select xid, id from ${sql.table(partition)} order by xid desc, id desc limit 1) last
    where (last.xid, last.id) > (pruned_xid, pruned_id)`.execute(trx);
}

/**
 * Removes events of one organisation that are in partitions without anything younger than `keepDays` days, `limit` at most, and
 * records up to where its events were deleted: cursors before that result in CURSOR_EXPIRED. The record is written with the
 * deletion or before it, so no reader finds a gap that is not recorded.
 *
 * @returns how many; less than `limit`: none are left.
 */
export async function pruneOrganizationEvents(
  db: Kysely<DB>,
  organizationId: string,
  keepDays: number,
  limit: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // The partitions found are not dropped meanwhile; several of these transactions can run concurrently.
    await sql`select pg_advisory_xact_lock_shared(hashtext('sightline:event-partitions'))`.execute(trx);
    let removed = 0;
    for (const name of await findPartitionsBefore(trx, keepDays)) {
      await notePrunedOf(trx, organizationId, name);
      removed += await removeEvents(trx, organizationId, name, limit - removed);
      if (removed === limit) break;
    }
    return removed;
  });
}

async function notePrunedOf(trx: Transaction<DB>, organizationId: string, partition: string): Promise<void> {
  // Kind by kind, each from the end of the index that begins with organisation and kind.
  await sql`
    update organization set events_pruned_xid = last.xid, events_pruned_id = last.id
    from (
      select e.xid, e.id from unnest(${[...eventKinds]}::text[]) as kinds (kind) cross join lateral (
        select xid, id from ${sql.table(partition)}
        where organization_id = ${organizationId} and kind = kinds.kind order by xid desc, id desc limit 1) e
      order by e.xid desc, e.id desc limit 1) last
    where organization.id = ${organizationId} and (last.xid, last.id) > (events_pruned_xid, events_pruned_id)`.execute(
    trx,
  );
}

async function removeEvents(
  trx: Transaction<DB>,
  organizationId: string,
  partition: string,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(partition)} where ctid in (
      select ctid from ${sql.table(partition)} where organization_id = ${organizationId} limit ${limit})`.execute(trx);
  return Number(numAffectedRows);
}
