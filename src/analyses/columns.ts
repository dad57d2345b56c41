import type { Selectable } from 'kysely';
import type { Analysis } from '../database/types.generated.ts';
import type { AnalysisResult } from './result.ts';
import { submittedColumnNames } from './submitted-fields.ts';

/** The columns that are read of every analysis for clients and exports, of an image or of a video. */
export const commonColumns = [
  'id',
  'organization_id',
  'task_id',
  'rerun_of',
  'status',
  'failure_code',
  'failure_message',
  'failure_retryable',
  'priority',
  'pipeline',
  'options',
  'actor',
  'attempt',
  'inactive_item_count',
  'created_at',
  'updated_at',
  'started_at',
  'finished_at',
  ...submittedColumnNames,
] as const;

/** What `analysis` and `video_analysis` have in common. */
export type CommonRow = Pick<Selectable<Analysis>, (typeof commonColumns)[number]>;

const readColumns = [
  ...commonColumns,
  'image_id',
  'batch_id',
  'compute_shares',
  'compute_realogram',
  'find_gaps',
  'idempotency_key',
  'detection_count',
  'confidence',
] as const;
export type AnalysisColumn = (typeof readColumns)[number];

export type AnalysisRow = Pick<Selectable<Analysis>, AnalysisColumn> & {
  /** Position in the batch of the list; absent in other lists. */
  position?: number;
  /** For lists that are not in the order of ids; see OrderedRow. */
  order_value?: string | null;
};

/** For a select from `analysis`. */
export const analysisColumns = readColumns.map((column) => `analysis.${column}` as const);

/** Of `analysis_result`, for a select. */
export const resultColumns = [
  'width',
  'height',
  'detections',
  'labels',
  'accepted',
  'texts',
  'codes',
  'prices',
  'timings',
  'warnings',
] as const satisfies readonly (keyof AnalysisResult)[];
