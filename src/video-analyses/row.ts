import type { Selectable } from 'kysely';
import { commonColumns } from '../analyses/columns.ts';
import type { DB } from '../database/types.generated.ts';

const readColumns = [
  ...commonColumns,
  'video_id',
  'accept_groups',
  'frames_per_second',
  'key_frames_only',
  'max_frames',
  'max_processing_seconds',
  'next_second',
  'sampled_frames',
  'processing_ms',
  'timings',
] as const;

/** The columns that are read for clients and exports, for a select from `video_analysis`. */
export const videoAnalysisColumns = readColumns.map((column) => `video_analysis.${column}` as const);

export type VideoAnalysisRow = Pick<Selectable<DB['video_analysis']>, (typeof readColumns)[number]> & {
  /** Of its video; null: unknown. */
  header_seconds: number | null;
  decoded_seconds: number | null;
};
