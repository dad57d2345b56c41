import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { type AnalysisRow, analysisColumns } from '../analyses/columns.ts';
import { seesAnalysis } from '../analyses/narrowing-filter.ts';
import type { Keyset } from '../database/keyset.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { raisedPlaces } from './alerts.repository.ts';

/** An absent filter does not restrict. */
export interface PlaceFilter {
  placeIds?: readonly string[] | undefined;
  /** Part of the id, in upper or lower case. */
  text?: string | undefined;
  /** Whether a shelf alert is RAISED there. */
  hasRaisedAlerts?: boolean | undefined;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null | undefined;
}

/**
 * Places where pictures of analyses were taken, in the order of their ids, each with its latest analysis. There is no table of
 * places: they are found by skipping through the index of analyses, with one probe per place, however many analyses each has.
 */
export async function listPlaces(
  db: Kysely<DB>,
  organizationId: string,
  filter: PlaceFilter,
  { after, limit }: Keyset,
): Promise<AnalysisRow[]> {
  // The rows are in the order in which the recursion finds them. With an ORDER BY it would have to find all places first.
  const { rows } = await sql<AnalysisRow>`
    with recursive ${found(organizationId, filter, after)}
    select latest.* from found cross join lateral (
      select ${sql.join(analysisColumns.map((column) => sql.ref(column)))} from analysis
      where organization_id = ${organizationId} and place_id = found.place_id and ${seesAnalysis(filter.narrowing ?? null)}
      order by id desc limit 1) latest
    where ${placeMatches(organizationId, filter)}
    limit ${limit}`.execute(db);
  return rows;
}

export async function countPlaces(db: Kysely<DB>, organizationId: string, filter: PlaceFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with recursive ${found(organizationId, filter, null)} select count(*)::int as count from found
    where ${placeMatches(organizationId, filter)}`.execute(db);
  return rows[0]!.count;
}

/** Conditions that are tried on each place that was found: in the recursion they would be tried on each analysis. */
function placeMatches(organizationId: string, { text, hasRaisedAlerts, narrowing }: PlaceFilter): RawBuilder<SqlBool> {
  const all = [sql<SqlBool>`true`];
  // The ids of clients are stored as they were sent, with accents in either encoding.
  if (text !== undefined) all.push(sql`strpos(lower(normalize(found.place_id)), lower(normalize(${text}::text))) > 0`);
  if (hasRaisedAlerts === false)
    all.push(sql`found.place_id not in (${raisedPlaces(organizationId, narrowing ?? null)})`);
  return sql.join<SqlBool>(all, sql` and `);
}

function found(
  organizationId: string,
  { placeIds, hasRaisedAlerts, narrowing }: PlaceFilter,
  after: string | null,
): RawBuilder<unknown> {
  const named = placeIds === undefined ? sql`` : sql`and a.place_id = any(${[...placeIds]}::text[])`;
  // The few places with alerts, not each place to see whether it has one.
  const raised =
    hasRaisedAlerts === true
      ? sql`and a.place_id = any(array(${raisedPlaces(organizationId, narrowing ?? null)}))`
      : sql``;
  const wanted = sql`${named} ${raised} and ${seesAnalysis(narrowing ?? null, sql.table('a'))}`;
  const next = (beyond: RawBuilder<unknown>) => sql`
    select a.place_id from analysis a where a.organization_id = ${organizationId} and a.place_id is not null ${wanted} ${beyond}
    order by a.place_id limit 1`;
  return sql`found(place_id) as (
    (${next(after === null ? sql`` : sql`and a.place_id > ${after}`)})
    union all
    select next.place_id from found cross join lateral (${next(sql`and a.place_id > found.place_id`)}) next
  )`;
}
