import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import { merged } from '../database/merged-list.ts';
import { byId } from '../database/ordered-list.ts';
import { countRows } from '../database/pool.ts';
import { type RoundLimits, type RoundScan, scanRound } from '../database/round-scan.ts';
import type { DB, Visit } from '../database/types.generated.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export type VisitRow = Selectable<Visit>;
export type VisitStatus = VisitRow['status'];

/** An absent filter does not restrict. */
export interface VisitFilter {
  ids?: readonly string[] | undefined;
  visitIds?: readonly string[] | undefined;
  placeId?: string | undefined;
  statuses?: readonly VisitStatus[] | undefined;
}

/** Those that exist, in any order. @param narrowing what the caller is limited to; null: nothing */
export function findVisits(
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing: Narrowing | null = null,
): Promise<VisitRow[]> {
  return db
    .selectFrom('visit')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .$if(narrowing !== null, (query) => query.where(hasMember(seesAnalysis(narrowing, sql.table('member')))))
    .execute();
}

/** By the ids of clients. */
export function findVisitsNamed(
  db: Kysely<DB>,
  organizationId: string,
  visitIds: readonly string[],
): Promise<VisitRow[]> {
  return db
    .selectFrom('visit')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('visit_id', '=', sql<string>`any(${[...visitIds]}::text[])`)
    .execute();
}

/** Newest first. */
export async function listVisits(
  db: Kysely<DB>,
  organizationId: string,
  filter: VisitFilter,
  page: Keyset,
): Promise<VisitRow[]> {
  const part = byId(sql`visit.id`, 'DESC', page);
  const matches = visitMatches(organizationId, filter);
  const queries = placedAt(filter.placeId).map(
    (isPlaced) => sql<VisitRow>`
      select visit.* from visit where ${matches} and ${isPlaced} and ${part.condition} order by ${part.orderBy} limit ${part.limit}`,
  );
  const { rows } = await merged('visit', sql`visit.*`, queries, part).execute(db);
  return rows;
}

/** Alternatives of which one holds of each visit that may be at the place; each has an index. */
function placedAt(placeId: string | undefined): RawBuilder<SqlBool>[] {
  if (placeId === undefined) return [sql`true`];
  return [
    sql`(visit.place_ids <> '{}' and visit.place_ids[1] = ${placeId})`,
    sql`(cardinality(visit.place_ids) > 1 and visit.place_ids @> array[${placeId}] and visit.place_ids[1] <> ${placeId})`,
    sql`visit.place_ids is null`,
  ];
}

export async function countVisits(db: Kysely<DB>, organizationId: string, filter: VisitFilter): Promise<number> {
  const { count } = await db
    .selectFrom('visit')
    .where(visitMatches(organizationId, filter))
    .where(sql<SqlBool>`(${sql.join(placedAt(filter.placeId), sql` or `)})`)
    .select(countRows().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function visitMatches(organizationId: string, { ids, visitIds, placeId, statuses }: VisitFilter): RawBuilder<SqlBool> {
  const all = [sql<SqlBool>`visit.organization_id = ${organizationId}`];
  if (ids) all.push(sql`visit.id = any(${[...ids]}::uuid[])`);
  if (visitIds) all.push(sql`visit.visit_id = any(${[...visitIds]}::text[])`);
  if (statuses) all.push(sql`visit.status = any(${[...statuses]}::text[])`);
  if (placeId !== undefined) all.push(hasMember(sql`member.place_id = ${placeId}`));
  return sql.join<SqlBool>(all, sql` and `);
}

/** Analyses of images or videos, of the visit, in a query with `visit`. @param condition about `member` */
function hasMember(condition: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const inTable = (table: 'analysis' | 'video_analysis') => sql`exists (
    select from ${sql.table(table)} member
    where member.organization_id = visit.organization_id and member.visit_id = visit.visit_id and ${condition})`;
  return sql<SqlBool>`(${inTable('analysis')} or ${inTable('video_analysis')})`;
}

const isUnfinished = hasMember(sql`member.finished_at is null`);

/**
 * Closes a visit, or lets it close when its last analysis has ended.
 * @returns undefined: there is none
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function closeVisitRow(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
): Promise<(VisitRow & { previousStatus: VisitStatus }) | undefined> {
  const visit = await trx
    .selectFrom('visit')
    .selectAll()
    .select([isUnfinished.as('is_unfinished'), writtenLater('visit').as('written_later')])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!visit) return undefined;
  const { is_unfinished, written_later, ...before } = visit;
  if (before.status === 'CLOSED') return { ...before, previousStatus: before.status };
  // The log would report the closing before what opened the visit.
  if (written_later) throw new OutOfOrderError('visit');
  const after = await trx
    .updateTable('visit')
    .set(is_unfinished ? { status: 'CLOSING' } : { status: 'CLOSED', closed_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { ...after, previousStatus: before.status };
}

/** Of all organisations those that can be closed: nothing is being analysed, and they are CLOSING or idle. */
export async function listVisitsToClose(
  db: Kysely<DB>,
  idleMinutes: number,
): Promise<Pick<VisitRow, 'id' | 'organization_id'>[]> {
  const { rows } = await sql<Pick<VisitRow, 'id' | 'organization_id'>>`
    select id, organization_id from visit
    where status <> 'CLOSED' and (status = 'CLOSING' or active_at < now() - ${idleMinutes} * interval '1 minute')
      and not ${isUnfinished}
    order by active_at limit 100`.execute(db);
  return rows;
}

const emptyScan: RoundScan = { name: 'empty_visits', table: 'visit', key: { id: 'uuid' }, rowsAtOnce: 2_000 };
/** The hourly cleaning has more to do. The next one goes on where this one has stopped. */
const emptyScanMs = 5_000;

/**
 * Removes closed visits, of all organisations, whose analyses are gone.
 * @param limits default: for five seconds.
 * @returns how many.
 */
export function removeEmptyVisits(
  db: Kysely<DB>,
  limits: RoundLimits = { most: Number.POSITIVE_INFINITY, stop: AbortSignal.timeout(emptyScanMs) },
): Promise<number> {
  return scanRound(db, emptyScan, limits, async (trx, isInStep) => {
    const { numAffectedRows } = await sql`
      delete from visit where ${isInStep} and status = 'CLOSED' and closed_at < now() - interval '1 day'
        and not ${hasMember(sql`true`)}`.execute(trx);
    return Number(numAffectedRows ?? 0);
  });
}
