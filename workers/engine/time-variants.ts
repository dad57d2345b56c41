import { type OpenModel, variantsOf } from '../../src/models/pick-variants.ts';
import { type ModelSession, openSession } from './sessions.ts';

/** The shortest run of each variant of a model in milliseconds, by its sha256. */
export type VariantTimes = Record<string, number>;

const LEAST_ROUNDS = 2;
const MOST_ROUNDS = 6;
/** Rounds stop when they took that long together: so long a run is not disturbed by much. */
const ENOUGH_MS = 400;
/** Rounds stop when one variant is faster by this factor: no further round would turn that round. */
const CLEARLY_FASTER = 1.5;

/**
 * Runs the variants of a model by turns on grey pictures. The shortest run counts: a first run and whatever else the machine
 * does only make runs longer, and by turns that hits all variants alike.
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
  const shortest = sessions.map(() => Number.POSITIVE_INFINITY);
  const startedAt = performance.now();
  const isClear = () => Math.max(...shortest) > CLEARLY_FASTER * Math.min(...shortest);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && (isClear() || performance.now() - startedAt > ENOUGH_MS)) break;
    for (const [index, session] of sessions.entries()) {
      shortest[index] = Math.min(shortest[index]!, await run(session));
    }
  }
  return Object.fromEntries(sessions.map(({ model: { sha256 } }, index) => [sha256, shortest[index]!]));
}
