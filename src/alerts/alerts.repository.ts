import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import type { Keyset } from '../database/keyset.ts';
import { countRows } from '../database/pool.ts';
import type { DB, ShelfAlert } from '../database/types.generated.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import type { AlertKind } from '../recognition/alerts/conditions.ts';

export type ShelfAlertRow = Selectable<ShelfAlert>;
export type ShelfAlertStatus = ShelfAlertRow['status'];

/** An absent filter does not restrict. */
export interface ShelfAlertFilter {
  ids?: readonly string[] | undefined;
  taskId?: string | undefined;
  placeId?: string | undefined;
  catalogItemId?: string | undefined;
  kinds?: readonly AlertKind[] | undefined;
  statuses?: readonly ShelfAlertStatus[] | undefined;
  isAcknowledged?: boolean | undefined;
}

/** Those that exist, in any order. */
export function findShelfAlerts(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<ShelfAlertRow[]> {
  return db.selectFrom('shelf_alert').selectAll().where(alertMatches(organizationId, { ids })).execute();
}

/** Newest first. */
export function listShelfAlerts(
  db: Kysely<DB>,
  organizationId: string,
  filter: ShelfAlertFilter,
  page: Keyset,
): Promise<ShelfAlertRow[]> {
  return db
    .selectFrom('shelf_alert')
    .selectAll()
    .where(alertMatches(organizationId, filter))
    .$if(page.after !== null, (query) => query.where('id', '<', page.after))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countShelfAlerts(
  db: Kysely<DB>,
  organizationId: string,
  filter: ShelfAlertFilter,
): Promise<number> {
  const { count } = await db
    .selectFrom('shelf_alert')
    .where(alertMatches(organizationId, filter))
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function alertMatches(organizationId: string, filter: ShelfAlertFilter): RawBuilder<SqlBool> {
  const { ids, taskId, placeId, catalogItemId, kinds, statuses, isAcknowledged } = filter;
  const all = [sql<SqlBool>`organization_id = ${organizationId}`];
  if (ids) all.push(sql`id = any(${[...ids]}::uuid[])`);
  if (taskId !== undefined) all.push(sql`task_id = ${taskId}`);
  if (placeId !== undefined) all.push(sql`place_id = ${placeId}`);
  if (catalogItemId !== undefined) all.push(sql`catalog_item_id = ${catalogItemId}`);
  if (kinds) all.push(sql`kind = any(${[...kinds]}::text[])`);
  if (statuses) all.push(sql`status = any(${[...statuses]}::text[])`);
  if (isAcknowledged !== undefined) all.push(sql`(acknowledged_at is not null) = ${isAcknowledged}`);
  return sql.join<SqlBool>(all, sql` and `);
}

/** A task at a place, whose alerts are evaluated together. */
export interface AlertScope {
  organizationId: string;
  taskId: string;
  /** null: pictures of the task that name no place. */
  placeId: string | null;
}

/**
 * Takes the turn to evaluate the alerts of a scope, until the end of the transaction.
 * @returns false: a picture that was taken later has been evaluated.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function takeTurn(
  trx: Transaction<DB>,
  { organizationId, taskId, placeId }: AlertScope,
  takenAt: Date,
): Promise<boolean> {
  const place = placeId ?? '';
  await sql`
    insert into shelf_alert_state (organization_id, task_id, place_id, taken_at)
    values (${organizationId}, ${taskId}, ${place}, '-infinity') on conflict do nothing`.execute(trx);
  const key = sql`organization_id = ${organizationId} and task_id = ${taskId} and place_id = ${place}`;
  const { rows } = await sql<{ is_later: boolean; written_later: boolean }>`
    select taken_at > ${takenAt} as is_later, ${writtenLater('s')} as written_later
    from shelf_alert_state s where ${key} for update`.execute(trx);
  if (rows[0]!.written_later) throw new OutOfOrderError('shelf_alert_state');
  if (rows[0]!.is_later) return false;
  await sql`update shelf_alert_state set taken_at = ${takenAt} where ${key}`.execute(trx);
  return true;
}

/** Those of a scope that are RAISED. */
export async function listRaised(
  trx: Transaction<DB>,
  { organizationId, taskId, placeId }: AlertScope,
): Promise<ShelfAlertRow[]> {
  return trx
    .selectFrom('shelf_alert')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('task_id', '=', taskId)
    .where(sql<SqlBool>`place_id is not distinct from ${placeId}`)
    .where('status', '=', 'RAISED')
    .execute();
}

/** What an alert was seen on. */
export type AlertEvidence = Pick<ShelfAlertRow, 'analysis_id' | 'visit_id' | 'value' | 'seen_at'> & {
  /** JSON */
  price: string | null;
};

export async function insertAlerts(
  trx: Transaction<DB>,
  alerts: readonly (AlertEvidence &
    Pick<ShelfAlertRow, 'id' | 'organization_id' | 'kind' | 'task_id' | 'place_id' | 'catalog_item_id'>)[],
): Promise<void> {
  if (alerts.length > 0)
    await trx
      .insertInto('shelf_alert')
      .values([...alerts])
      .execute();
}

/** Still RAISED, or CLEARED. */
export async function updateAlert(
  trx: Transaction<DB>,
  { organization_id, id }: Pick<ShelfAlertRow, 'organization_id' | 'id'>,
  evidence: AlertEvidence,
  status: ShelfAlertStatus,
): Promise<void> {
  await trx
    .updateTable('shelf_alert')
    .set({ ...evidence, status, cleared_at: status === 'CLEARED' ? sql`now()` : null })
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .execute();
}

/** @returns the alert as it is now; one that was acknowledged before stays as it was. undefined: there is none. */
export async function markAcknowledged(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  actor: string | null,
): Promise<(ShelfAlertRow & { isNew: boolean }) | undefined> {
  const locked = await trx
    .selectFrom('shelf_alert')
    .select(['acknowledged_at', writtenLater('shelf_alert').as('written_later')])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) return undefined;
  if (locked.written_later) throw new OutOfOrderError('shelf_alert');
  const row = await trx
    .updateTable('shelf_alert')
    .set({
      acknowledged_at: sql<Date>`coalesce(acknowledged_at, now())`,
      acknowledged_by: locked.acknowledged_at === null ? actor : sql`acknowledged_by`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { ...row, isNew: locked.acknowledged_at === null };
}
