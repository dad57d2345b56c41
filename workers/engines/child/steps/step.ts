import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { ModelManifest } from '../../../../src/models/manifest.ts';
import type { Timings } from '../../protocol/jobs.ts';
import type { ModelThreads } from '../models/model-threads.ts';
import type { DecodedPicture } from '../pictures/decode.ts';

/** What an engine opens models with. */
export interface ModelHost {
  /** Of a run that all threads share. */
  threads: number;
  /** For models that run on one thread, several at once. */
  modelThreads: ModelThreads;
}

/** A timing of an analysis that steps count for. */
export type StepTiming = Exclude<keyof Timings, 'decodeMs'>;

/** A step of pipelines: the model that it needs, how it is made ready, and what it tells. Each is a folder of its own. */
export interface Step<M extends ModelManifest, Ready> {
  timing: StepTiming;
  /**
   * Loads the model and runs it once in every way that pictures will: the first run of a shape is the slow one, and outputs that
   * are not as the manifest says show only then. Throws ModelError.
   */
  open(model: LoadedModel<M>, host: ModelHost): Promise<Ready>;
  /** What it makes of a picture, for `sightline models verify`, in one sentence; null: a picture alone says nothing. */
  tell(ready: Ready, picture: DecodedPicture): Promise<string | null>;
}

/** The guard of a step that nobody cancels. */
export const unguarded = { check() {} };
