import type { OpenModel } from '../../../src/models/pick-variants.ts';

/** Tells a probe to time the variants of models. */
export interface ProbeRequest {
  models: OpenModel[];
  threads: number;
}

/** The shortest run of each variant of a model in milliseconds, by its sha256. */
export type VariantTimes = Record<string, number>;

/** Sent for each model as soon as it is measured, in the order of the request. */
export type ProbeAnswer = { key: string; times: VariantTimes } | { key: string; message: string };
