import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { seesAnalysis, seesImage } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { ImageStatus, IndexingStatus } from './life.ts';
import { type MediaFilter, mediaConditions } from './media-filter.ts';

export interface ImageFilter extends MediaFilter<ImageStatus> {
  status?: ImageStatus | null;
  indexingStatus?: IndexingStatus | null;
  /** Images on which this item was found. */
  containsCatalogItem?: GivenId | null;
}

/** For the `where` of a query. */
export function imageMatches(filter: ImageFilter) {
  return (eb: ExpressionBuilder<DB, 'image'>): Expression<SqlBool> => {
    const all: Expression<SqlBool>[] = mediaConditions('image', filter);
    if (filter.status != null) all.push(eb('image.status', '=', filter.status));
    if (filter.indexingStatus != null) all.push(eb('image.indexing_status', '=', filter.indexingStatus));
    // All of these have a failure, which has an index; the status has none.
    if (filter.indexingStatus === 'FAILED') all.push(eb('image.failure_code', 'is not', null));
    if (filter.containsCatalogItem) all.push(contains(filter.containsCatalogItem, filter.narrowing ?? null));
    return eb.and([...all, seesImage(filter.narrowing ?? null)]);
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
