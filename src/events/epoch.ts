import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/**
 * Checks at the start whether this database was restored into another cluster: then its log contains transaction ids that this
 * cluster has not assigned yet. Such events would stay above the horizon, unseen, until the cluster reaches those ids, and new
 * events would sort before them. A new epoch begins: old ids become 0, so the old log comes first, in the order of its event ids,
 * and every cursor of the old epoch is answered with CURSOR_FOREIGN.
 *
 * @returns the current epoch. Must run before the process makes or reads a cursor.
 */
export async function checkEpoch(db: Kysely<DB>): Promise<number> {
  if (!(await comesFromTheFuture(db))) return readEpoch(db);
  return db.transaction().execute(async (trx) => {
    await sql`select from event_log for update`.execute(trx);
    // Another process may have been here first.
    if (await comesFromTheFuture(trx)) await beginEpoch(trx);
    return readEpoch(trx);
  });
}

/** Begins a new epoch whatever the log contains: after a restore that the check above cannot see. */
export async function startEpoch(db: Kysely<DB>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select from event_log for update`.execute(trx);
    await beginEpoch(trx);
  });
}

/** A visible row that was written by a transaction at or beyond the snapshot's xmax was written in another cluster. */
async function comesFromTheFuture(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from event where xid >= pg_snapshot_xmax(pg_current_snapshot()))
      or exists (select from event_log where pruned_xid >= pg_snapshot_xmax(pg_current_snapshot()))
      or exists (select from organization where events_pruned_xid >= pg_snapshot_xmax(pg_current_snapshot()))
      or exists (
        -- The youngest is enough, and is found without reading them all.
        select from (select created_xid from batch order by id desc limit 1) youngest
        where created_xid >= pg_snapshot_xmax(pg_current_snapshot())) as found`.execute(db);
  return rows[0]!.found;
}

async function beginEpoch(trx: Transaction<DB>): Promise<void> {
  await sql`update event set xid = '0'`.execute(trx);
  await sql`update batch set created_xid = '0'`.execute(trx);
  await sql`update event_log set epoch = epoch + 1, pruned_xid = '0', pruned_id = 0`.execute(trx);
  await sql`
    update organization set events_pruned_xid = '0', events_pruned_id = 0 where events_pruned_xid <> '0'`.execute(trx);
}

async function readEpoch(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`select epoch from event_log`.execute(db);
  return rows[0]!.epoch;
}
