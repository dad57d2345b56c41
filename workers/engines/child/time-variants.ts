import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import { type OpenModel, variantsOf } from '../../../src/models/pick-variants.ts';
import type { VariantTimes } from '../protocol/probe-messages.ts';
import type { ModelSession } from './models/model-session.ts';
import { isForThreads, openSession } from './models/sessions.ts';

/**
 * Minimum number of runs, also for slow models; faster ones are repeated until this time is over, because a run of a few
 * milliseconds is easily disturbed by other programs.
 */
const leastRounds = 3;
const enoughMs = 200;

/**
 * Runs the variants of a model alternately on grey pictures, each with as many threads as an engine uses for a run. The shortest
 * run counts: a first run and other programs only make runs longer, and alternating affects all variants equally.
 */
export async function timeVariants(
  model: OpenModel,
  threads: number,
  provider: ExecutionProvider,
): Promise<VariantTimes> {
  const count = Math.min(...model.manifest.input.batch);
  const sessions = await Promise.all(
    variantsOf(model).map(async ({ variant, file, sha256 }) => {
      const one = { ...model, variant, file, sha256 };
      return openSession(one, (await isForThreads(one)) ? 1 : threads, provider);
    }),
  );
  const run = async (session: ModelSession) => {
    const grey = session.takeValues(count).fill(0.5);
    const startedAt = performance.now();
    await session.run(grey, count);
    return performance.now() - startedAt;
  };
  const shortest = sessions.map(() => Number.POSITIVE_INFINITY);
  const startedAt = performance.now();
  for (let round = 0; round < leastRounds || performance.now() - startedAt < enoughMs; round++) {
    for (const [index, session] of sessions.entries()) {
      shortest[index] = Math.min(shortest[index]!, await run(session));
    }
  }
  return Object.fromEntries(sessions.map(({ model: { sha256 } }, index) => [sha256, shortest[index]!]));
}
