import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type DateTimeRange, hasMetadata, type MetadataMatch, oneOf, within } from '../database/filters.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';

/** What images and videos can be filtered by. An absent or null filter does not restrict. */
export interface MediaFilter<Status> {
  ids?: GivenId[] | null;
  externalId?: string | null;
  placeId?: string | null;
  recordedAt?: DateTimeRange | null;
  createdAt?: DateTimeRange | null;
  /** One of these. */
  statuses?: readonly Status[] | null;
  /** Every pair must match. */
  metadata?: MetadataMatch[] | null;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null;
}

const tables = { image: sql.table('image'), video: sql.table('video') };

/** For the `where` of a query with this table, without `narrowing`, which depends on the analyses of each. */
export function mediaConditions(table: keyof typeof tables, filter: MediaFilter<string>): RawBuilder<SqlBool>[] {
  const of = tables[table];
  const all: RawBuilder<SqlBool>[] = [];
  if (filter.ids) all.push(oneOf(sql`${of}.id`, uuidsOf(filter.ids), 'uuid'));
  if (filter.externalId != null) all.push(sql`${of}.external_id = ${filter.externalId}`);
  if (filter.placeId != null) all.push(sql`${of}.place_id = ${filter.placeId}`);
  all.push(...within(sql`${of}.recorded_at`, filter.recordedAt), ...within(sql`${of}.created_at`, filter.createdAt));
  if (filter.statuses != null) all.push(oneOf(sql`${of}.status`, filter.statuses, 'text'));
  for (const pair of filter.metadata ?? []) all.push(hasMetadata(sql`${of}.metadata`, pair));
  return all;
}
