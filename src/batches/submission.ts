import type { Priority } from '../analyses/life.ts';
import type { AnalysisOptions } from '../analyses/options.ts';
import type { SubmittedFields } from '../analyses/submitted-fields.ts';
import type { GivenId } from '../given-id.ts';
import type { ImageSource } from '../intake/image-source.ts';

export interface BatchImage extends SubmittedFields {
  source: ImageSource;
  /** null: the submission's. */
  taskId: GivenId | null;
  recordedAt: Date | null;
  /** true: the image is made searchable. */
  index: boolean;
  options: AnalysisOptions;
  /** An analysis that this key created within 24 hours is used for this image; null: no key. */
  idempotencyKey: string | null;
}

export interface SubmitInput {
  taskId: GivenId | null;
  images: readonly BatchImage[];
  priority: Priority;
  /** null: no limit. */
  maxProcessingSeconds: number | null;
}

/** What an analysis copies from its task at submission. */
export interface SubmissionTask {
  id: string;
  /** name@version */
  pipeline: string;
  computeShares: boolean;
  computeRealogram: boolean;
  readText: boolean;
  /** Why its analyses cannot read text; null: they can. */
  readTextFault: string | null;
  readCodes: boolean;
  findGaps: boolean;
  /** ISO 4217, of prices that name none; null: unknown. */
  currency: string | null;
  /** null: not a FILTER task. */
  acceptGroups: readonly string[] | null;
}

/** Whether an analysis with these options reads text. Those of a rerun may request it from a pipeline that no longer can. */
export function readsText({ readText, readTextFault }: SubmissionTask, options: AnalysisOptions): boolean {
  return readTextFault === null && (options.readText ?? readText);
}
