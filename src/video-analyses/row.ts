import type { Selectable } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The columns that are read for clients and exports. */
export const videoAnalysisColumns = [
  'video_analysis.id',
  'video_analysis.organization_id',
  'video_analysis.task_id',
  'video_analysis.video_id',
  'video_analysis.status',
  'video_analysis.failure_code',
  'video_analysis.failure_message',
  'video_analysis.failure_retryable',
  'video_analysis.priority',
  'video_analysis.pipeline',
  'video_analysis.accept_groups',
  'video_analysis.options',
  'video_analysis.external_id',
  'video_analysis.place_id',
  'video_analysis.visit_id',
  'video_analysis.latitude',
  'video_analysis.longitude',
  'video_analysis.metadata',
  'video_analysis.actor',
  'video_analysis.rerun_of',
  'video_analysis.frames_per_second',
  'video_analysis.key_frames_only',
  'video_analysis.max_frames',
  'video_analysis.max_processing_seconds',
  'video_analysis.attempt',
  'video_analysis.inactive_item_count',
  'video_analysis.next_second',
  'video_analysis.sampled_frames',
  'video_analysis.processing_ms',
  'video_analysis.timings',
  'video_analysis.created_at',
  'video_analysis.updated_at',
  'video_analysis.started_at',
  'video_analysis.finished_at',
] as const;

type ColumnOf<Name> = Name extends `video_analysis.${infer Column}` ? Column : never;

export type VideoAnalysisRow = Pick<
  Selectable<DB['video_analysis']>,
  ColumnOf<(typeof videoAnalysisColumns)[number]>
> & {
  /** Of its video; null: unknown. */
  header_seconds: number | null;
  decoded_seconds: number | null;
};
