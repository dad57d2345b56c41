import { type OpenModel, variantsOf } from '../../../src/models/pick-variants.ts';
import type { VariantTimes } from '../protocol/probe-messages.ts';
import type { ModelSession } from './models/model-session.ts';
import { isForThreads, openSession } from './models/sessions.ts';

/** Also of slow models, and of any until this time is over: a run of a few milliseconds is easily disturbed by others. */
const LEAST_ROUNDS = 3;
const ENOUGH_MS = 200;

/**
 * Runs the variants of a model by turns on grey pictures, each with as many threads as an engine gives one of its runs. The
 * shortest run counts: a first run and whatever else the machine does only make runs longer, and by turns that hits all
 * variants alike.
 */
export async function timeVariants(model: OpenModel, threads: number): Promise<VariantTimes> {
  const count = Math.min(...model.manifest.input.batch);
  const sessions = await Promise.all(
    variantsOf(model).map(async ({ variant, file, sha256 }) => {
      const one = { ...model, variant, file, sha256 };
      return openSession(one, (await isForThreads(one)) ? 1 : threads);
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
  for (let round = 0; round < LEAST_ROUNDS || performance.now() - startedAt < ENOUGH_MS; round++) {
    for (const [index, session] of sessions.entries()) {
      shortest[index] = Math.min(shortest[index]!, await run(session));
    }
  }
  return Object.fromEntries(sessions.map(({ model: { sha256 } }, index) => [sha256, shortest[index]!]));
}
