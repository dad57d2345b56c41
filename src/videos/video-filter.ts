import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { seesVideo } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import { type MediaFilter, mediaConditions } from '../images/media-filter.ts';
import type { VideoStatus } from './life.ts';

export type VideoFilter = MediaFilter<VideoStatus>;

/** For the `where` of a query. */
export function videoMatches(filter: VideoFilter) {
  return (eb: ExpressionBuilder<DB, 'video'>): Expression<SqlBool> =>
    eb.and([...mediaConditions('video', filter), seesVideo(filter.narrowing ?? null)]);
}
