import type { ExecutionProvider } from '../../../../src/models/execution-provider.ts';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { ModelManifest } from '../../../../src/models/manifest.ts';
import type { Timings } from '../../protocol/jobs.ts';
import type { ModelThreads } from '../models/model-threads.ts';
import type { DecodedPicture } from '../pictures/decode.ts';

/** The resources with which an engine opens models. */
export interface ModelHost {
  /** Threads of a run that uses all of them. */
  threads: number;
  /** For models that run on one thread, several at once. */
  modelThreads: ModelThreads;
  /** For models whose input is a picture. A GPU would gain nothing for the hundreds of small operators of a local-features model. */
  provider: ExecutionProvider;
}

/** A timing of an analysis that includes steps. */
export type StepTiming = Exclude<keyof Timings, 'decodeMs'>;

/** A step of pipelines: its model, how it is loaded and warmed up, and what it reports. Each step has its own folder. */
export interface Step<M extends ModelManifest, Ready> {
  timing: StepTiming;
  /**
   * Loads the model and runs it once in every way that pictures will use: the first run of a shape is slow, and outputs that do not
   * match the manifest are found only then. Throws ModelError.
   */
  open(model: LoadedModel<M>, host: ModelHost): Promise<Ready>;
  /** What it finds on a picture, in one sentence for `sightline models verify`; null: a picture alone is not enough. */
  tell(ready: Ready, picture: DecodedPicture): Promise<string | null>;
}

/** A guard for steps that are never cancelled. */
export const unguarded = { check() {} };
