import { sql } from 'kysely';
import type { MediaType } from '../../shared/media-type.ts';

/** Of each type of media the counters, and the changes that are to be added to them. Their columns are the same. */
export const statsTables = {
  IMAGE: { counters: sql.table('analysis_stats'), changes: sql.table('analysis_stats_change') },
  VIDEO: { counters: sql.table('video_stats'), changes: sql.table('video_stats_change') },
} satisfies Record<MediaType, object>;

export const countedMedia = Object.keys(statsTables) as MediaType[];
