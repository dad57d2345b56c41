import type { Selectable } from 'kysely';
import type { Analysis } from '../database/types.generated.ts';
import type { AnalysisResult } from './result.ts';
import { submittedColumnNames } from './submitted-fields.ts';

const ownColumns = [
  'id',
  'organization_id',
  'task_id',
  'image_id',
  'batch_id',
  'rerun_of',
  'status',
  'failure_code',
  'failure_message',
  'failure_retryable',
  'priority',
  'pipeline',
  'compute_shares',
  'compute_realogram',
  'find_gaps',
  'options',
  'idempotency_key',
  'actor',
  'attempt',
  'detection_count',
  'confidence',
  'inactive_item_count',
  'created_at',
  'updated_at',
  'started_at',
  'finished_at',
] as const;

/** The columns of an analysis that are read for clients and exports. */
const readColumns = [...ownColumns, ...submittedColumnNames] as const;
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
