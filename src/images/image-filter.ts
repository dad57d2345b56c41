import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { seesAnalysis, seesImage } from '../analyses/narrowing-filter.ts';
import { type DateTimeRange, hasMetadata, type MetadataMatch, within } from '../database/filters.ts';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { ImageStatus } from './life.ts';

/** An absent or null filter does not restrict. */
export interface ImageFilter {
  ids?: GivenId[] | null;
  externalId?: string | null;
  placeId?: string | null;
  recordedAt?: DateTimeRange | null;
  createdAt?: DateTimeRange | null;
  status?: ImageStatus | null;
  /** One of these. */
  statuses?: readonly ImageStatus[] | null;
  indexingStatus?: 'NOT_INDEXED' | 'INDEXING' | 'INDEXED' | 'FAILED' | null;
  /** Every pair must match. */
  metadata?: MetadataMatch[] | null;
  /** Images on which this item was found. */
  containsCatalogItem?: GivenId | null;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null;
}

/** For the `where` of a query. */
export function imageMatches(filter: ImageFilter) {
  return (eb: ExpressionBuilder<DB, 'image'>): Expression<SqlBool> => {
    const all: Expression<SqlBool>[] = [];
    if (filter.ids) all.push(eb('image.id', '=', sql<string>`any(${uuidsOf(filter.ids)}::uuid[])`));
    if (filter.externalId != null) all.push(eb('image.external_id', '=', filter.externalId));
    if (filter.placeId != null) all.push(eb('image.place_id', '=', filter.placeId));
    all.push(...within(sql`image.recorded_at`, filter.recordedAt), ...within(sql`image.created_at`, filter.createdAt));
    if (filter.status != null) all.push(eb('image.status', '=', filter.status));
    if (filter.statuses != null)
      all.push(eb('image.status', '=', sql<ImageStatus>`any(${[...filter.statuses]}::text[])`));
    if (filter.indexingStatus != null) all.push(eb('image.indexing_status', '=', filter.indexingStatus));
    for (const pair of filter.metadata ?? []) all.push(hasMetadata(sql`image.metadata`, pair));
    if (filter.containsCatalogItem) all.push(contains(filter.containsCatalogItem, filter.narrowing ?? null));
    if (filter.narrowing) all.push(seesImage(filter.narrowing));
    return eb.and(all);
  };
}

function contains({ uuid }: GivenId, narrowing: Narrowing | null): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select from analysis_item
    join analysis on analysis.organization_id = analysis_item.organization_id and analysis.id = analysis_item.analysis_id
    where analysis_item.organization_id = image.organization_id
      and analysis_item.catalog_item_id = ${uuid}::uuid
      and analysis.image_id = image.id
      and ${seesAnalysis(narrowing)}
  )`;
}
