import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import type { OpenModel } from '../../../src/models/pick-variants.ts';

/** Tells a probe to time the variants of models. */
export interface ProbeRequest {
  models: OpenModel[];
  threads: number;
  provider: ExecutionProvider;
}

/** The shortest run of each variant of a model in milliseconds, by its sha256. */
export type VariantTimes = Record<string, number>;

/** Sent for each model as soon as it is measured, in the order of the request. The provider is what ran it, which may be the CPU. */
export type ProbeAnswer =
  | { key: string; times: VariantTimes; provider: ExecutionProvider }
  | { key: string; message: string };
