import type { LoadedPipeline } from '../../src/models/load-pipelines.ts';
import type { StoredItemFeatures } from '../item-features.ts';
import type { ItemMatrices } from '../item-matrices.ts';

/** What all videos of a worker share. */
export interface VideoRunnerOptions {
  workerId: string;
  engines: number;
  matrices: ItemMatrices;
  features: StoredItemFeatures;
  /** Aborted when the worker is about to stop: its videos go on elsewhere, behind their last stored second. */
  leave: AbortSignal;
}

export interface RunOptions extends VideoRunnerOptions {
  pipeline: LoadedPipeline;
  /** Absolute path of the video on this machine. */
  file: string;
  /** Ends the run: cancelled, out of time, or the worker is leaving. */
  signal: AbortSignal;
}
