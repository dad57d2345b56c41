import type { ProbeAnswer, ProbeRequest } from '../protocol/probe-messages.ts';
import { pickProvider } from './models/pick-provider.ts';
import { timeVariants } from './time-variants.ts';

/** The forked child that times the variants of models: a model that crashes the process affects only this one. */
process.on('disconnect', () => process.exit(0));
process.once('message', async ({ models, threads, provider: wanted }: ProbeRequest) => {
  const { provider } = await pickProvider(wanted, models[0]!);
  for (const model of models) {
    const { key } = model;
    const answer: ProbeAnswer = await timeVariants(model, threads, provider).then(
      (times) => ({ key, times, provider }),
      (error: unknown) => ({ key, message: error instanceof Error ? error.message : String(error) }),
    );
    await new Promise((resolve) => process.send!(answer, resolve));
  }
  process.exit(0);
});
