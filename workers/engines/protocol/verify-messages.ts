import type { LoadedModel } from '../../../src/models/load-model.ts';

/** Requests that a model be loaded and run, for `sightline models verify`. */
export interface VerifyRequest {
  model: LoadedModel;
  threads: number;
  /** A picture to run the model on; null: none. */
  image: string | null;
  maxImagePixels: number;
}

/** What loading and running a model showed. */
export interface ModelReport {
  loadMs: number;
  /** Name, type and shape of every input and output. */
  inputs: string[];
  outputs: string[];
  buckets: { batch: number; firstMs: number; medianMs: number }[];
  /** What it found on the picture, in one sentence; null without a picture, or for a model that does not use one. */
  found: string | null;
}

export type VerifyAnswer = { ok: true; report: ModelReport } | { ok: false; message: string };
