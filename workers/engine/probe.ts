import type { OpenModel } from '../../src/models/pick-variants.ts';
import { timeVariants, type VariantTimes } from './time-variants.ts';

/** The forked child that times the variants of models: a model that crashes its process takes only this one with it. */
export interface ProbeRequest {
  models: OpenModel[];
  threads: number;
}

/** Sent for each model as soon as it is known, in the order of the request. */
export type ProbeAnswer = { key: string; times: VariantTimes } | { key: string; message: string };

process.on('disconnect', () => process.exit(0));
process.once('message', async ({ models, threads }: ProbeRequest) => {
  for (const model of models) {
    const { key } = model;
    const answer: ProbeAnswer = await timeVariants(model, threads).then(
      (times) => ({ key, times }),
      (error: unknown) => ({ key, message: error instanceof Error ? error.message : String(error) }),
    );
    await new Promise((resolve) => process.send!(answer, resolve));
  }
  process.exit(0);
});
