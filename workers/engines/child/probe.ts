import type { ProbeAnswer, ProbeRequest } from '../protocol/probe-messages.ts';
import { timeVariants } from './time-variants.ts';

/** The forked child that times the variants of models: a model that crashes the process affects only this one. */
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
