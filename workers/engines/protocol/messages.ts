import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import type { LoadedPipeline } from '../../../src/models/load-pipelines.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import type { ItemMatrix, StoredFeatures, WantedFeatures } from './item-matrix.ts';
import type {
  AnalyzeJob,
  DescribeJob,
  FrameJob,
  JobResult,
  NameFrameJob,
  ReadJob,
  RenderFrameJob,
  RenderJob,
} from './jobs.ts';

/** First message to an engine: what it loads before it says that it is ready. */
export interface InitMessage {
  type: 'init';
  pipelines: LoadedPipeline[];
  /** Threads of one ONNX run. */
  threads: number;
  /** What should run them; the CPU does where it cannot. */
  provider: ExecutionProvider;
  maxImagePixels: number;
  /** Processor time in which the picture of the current job must be decoded. */
  decodingCpuMs: number;
}

/**
 * A job as it is sent: the item matrix was sent before, under a slot name. Its id is assigned by the pool, because the caller's ids
 * may not be unique, for example when renditions are requested again while they are being made.
 */
export type JobMessage =
  | {
      type: 'job';
      kind: 'analyze';
      job: Omit<AnalyzeJob, 'matrix'>;
      matrixSlot: string | null;
      /** true: leaves out steps that the analysis can do without, with a warning for each. */
      skipsOptional: boolean;
    }
  | { type: 'job'; kind: 'frame'; job: Omit<FrameJob, 'matrix'>; matrixSlot: string | null }
  | { type: 'job'; kind: 'nameFrame'; job: Omit<NameFrameJob, 'matrix'>; matrixSlot: string | null }
  | { type: 'job'; kind: 'describe'; job: DescribeJob }
  | { type: 'job'; kind: 'render'; job: RenderJob }
  | { type: 'job'; kind: 'renderFrame'; job: RenderFrameJob }
  | { type: 'job'; kind: 'read'; job: ReadJob };

/**
 * Jobs are processed in the order in which they are sent, so the pool always knows the current one. The pool also decides which
 * matrices an engine keeps. There is no stop message, because an engine has no state that must be saved.
 */
export type ToEngine =
  | InitMessage
  | JobMessage
  | { type: 'matrix'; slot: string; matrix: ItemMatrix }
  | { type: 'drop-matrix'; slot: string }
  | { type: 'cancel'; id: string }
  /** Answers features-wanted; null: they could not be read. */
  | { type: 'features'; request: number; features: StoredFeatures[] | null };

export type FromEngine =
  /** Every model is loaded and has run once in every batch size. problem: why the provider is not the wanted one, for the operator. */
  | { type: 'ready'; provider: string; problem?: string; rssBytes: number }
  /** A model can never be loaded here; message is for the operator. The engine exits. */
  | { type: 'unusable'; message: string }
  /** The current job waits for features of catalogue pictures; model is name@version. */
  | { type: 'features-wanted'; id: string; request: number; model: string; wanted: WantedFeatures[] }
  /** The picture of the current job is decoded; from now on only models run. */
  | { type: 'decoded'; id: string }
  /** Decoding the picture of the current job has used all of its processor time. The engine waits to be killed. */
  | { type: 'decoding-overdue'; id: string }
  | { type: 'finished'; id: string; result: JobResult | FailedResult; rssBytes: number };

export interface FailedResult {
  ok: false;
  failure: Failure;
  /** The actual error, for the log, if the failure's message does not contain it. */
  detail?: string;
}
