import type { LoadedPipeline } from '../../../src/models/load-pipelines.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import type {
  AnalyzeJob,
  DescribeJob,
  ItemMatrix,
  JobResult,
  RenderJob,
  StoredFeatures,
  WantedFeatures,
} from './jobs.ts';

/** First message to an engine: what it loads before it says that it is ready. */
export interface InitMessage {
  type: 'init';
  pipelines: LoadedPipeline[];
  /** Threads of one ONNX run. */
  threads: number;
  maxImagePixels: number;
  /** Processor time in which the picture of the job in hand is to be decoded. */
  decodingCpuMs: number;
}

/**
 * A job as it travels: the item matrix was sent before, under a slot name, and its id is the number that the pool gave it: those
 * of whoever gave the job may repeat, as when a picture's renditions are asked for again while they are being made.
 */
export type JobMessage =
  | { type: 'job'; kind: 'analyze'; job: Omit<AnalyzeJob, 'matrix'>; matrixSlot: string | null }
  | { type: 'job'; kind: 'describe'; job: DescribeJob }
  | { type: 'job'; kind: 'render'; job: RenderJob };

/**
 * Jobs are worked on in the order they are sent, so the pool knows which one is in hand without being told. It
 * also decides which matrices an engine keeps. There is no message to stop: an engine holds nothing that must be saved.
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
  /** Every model is loaded and has run once in every batch size. */
  | { type: 'ready'; provider: string; rssBytes: number }
  /** A model can never be loaded here; message is for the operator. The engine exits. */
  | { type: 'unusable'; message: string }
  /** The job in hand waits for features of catalogue pictures; model is name@version. */
  | { type: 'features-wanted'; id: string; request: number; model: string; wanted: WantedFeatures[] }
  /** The picture of the job in hand is decoded; from now on only models run. */
  | { type: 'decoded'; id: string }
  /** Decoding the picture of the job in hand has taken all the processor time that it may. The engine waits to be killed. */
  | { type: 'decoding-overdue'; id: string }
  | { type: 'finished'; id: string; result: JobResult | FailedResult; rssBytes: number };

export interface FailedResult {
  ok: false;
  failure: Failure;
  /** What really happened, for the log, when the failure's message does not tell. */
  detail?: string;
}
