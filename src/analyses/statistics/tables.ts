import { sql } from 'kysely';
import type { MediaType } from '../../shared/media-type.ts';

/**
 * Of each type of media the counters of quarters of an hour, their sums of hours and days, and the changes that are to be added to
 * all of them. Their columns are the same.
 */
export const statsTables = {
  IMAGE: {
    counters: sql.table('analysis_stats'),
    hours: sql.table('analysis_stats_hour'),
    days: sql.table('analysis_stats_day'),
    changes: sql.table('analysis_stats_change'),
  },
  VIDEO: {
    counters: sql.table('video_stats'),
    hours: sql.table('video_stats_hour'),
    days: sql.table('video_stats_day'),
    changes: sql.table('video_stats_change'),
  },
} satisfies Record<MediaType, object>;

export const countedMedia = Object.keys(statsTables) as MediaType[];
