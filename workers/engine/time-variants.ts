import { type OpenModel, variantsOf } from '../../src/models/pick-variants.ts';
import { type ModelSession, openSession } from './sessions.ts';

/** The shortest run of each variant of a model in milliseconds, by its sha256. */
export type VariantTimes = Record<string, number>;

const MOST_ROUNDS = 5;
/** Rounds stop when they took that long together: what is slower than this needs no further look. */
const ENOUGH_MS = 400;

/**
 * Runs the variants of a model by turns on grey pictures, after a first run of each. The shortest run counts: whatever else
 * the machine does only makes runs longer, and by turns it hits all variants alike.
 */
export async function timeVariants(model: OpenModel, threads: number): Promise<VariantTimes> {
  const { width, height, batch } = model.manifest.input;
  const count = Math.min(...batch);
  const grey = new Float32Array(count * 3 * width * height).fill(0.5);
  const sessions = await Promise.all(
    variantsOf(model).map(({ variant, file, sha256 }) => openSession({ ...model, variant, file, sha256 }, threads)),
  );
  const run = async (session: ModelSession) => {
    const startedAt = performance.now();
    await session.run(grey, count);
    return performance.now() - startedAt;
  };
  for (const session of sessions) await run(session);
  const shortest = sessions.map(() => Number.POSITIVE_INFINITY);
  const startedAt = performance.now();
  for (let round = 0; round < MOST_ROUNDS && performance.now() - startedAt < ENOUGH_MS; round++) {
    for (const [index, session] of sessions.entries()) {
      shortest[index] = Math.min(shortest[index]!, await run(session));
    }
  }
  return Object.fromEntries(sessions.map(({ model: { sha256 } }, index) => [sha256, shortest[index]!]));
}
