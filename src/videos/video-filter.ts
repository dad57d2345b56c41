import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { seesVideo } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, hasMetadata, type MetadataMatch, within } from '../database/filters.ts';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { VideoStatus } from './life.ts';

/** An absent or null filter does not restrict. */
export interface VideoFilter {
  ids?: GivenId[] | null;
  externalId?: string | null;
  placeId?: string | null;
  recordedAt?: DateTimeRange | null;
  createdAt?: DateTimeRange | null;
  /** One of these. */
  statuses?: readonly VideoStatus[] | null;
  /** Every pair must match. */
  metadata?: MetadataMatch[] | null;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null;
}

/** For the `where` of a query. */
export function videoMatches(filter: VideoFilter) {
  return (eb: ExpressionBuilder<DB, 'video'>): Expression<SqlBool> => {
    const all: Expression<SqlBool>[] = [];
    if (filter.ids) all.push(eb('video.id', '=', sql<string>`any(${uuidsOf(filter.ids)}::uuid[])`));
    if (filter.externalId != null) all.push(eb('video.external_id', '=', filter.externalId));
    if (filter.placeId != null) all.push(eb('video.place_id', '=', filter.placeId));
    all.push(...within(sql`video.recorded_at`, filter.recordedAt), ...within(sql`video.created_at`, filter.createdAt));
    if (filter.statuses != null)
      all.push(eb('video.status', '=', sql<VideoStatus>`any(${[...filter.statuses]}::text[])`));
    if (filter.narrowing) all.push(seesVideo(filter.narrowing));
    for (const pair of filter.metadata ?? []) all.push(hasMetadata(sql`video.metadata`, pair));
    return eb.and(all);
  };
}
