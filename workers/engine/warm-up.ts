import { ModelError } from '../../src/models/model-error.ts';
import type { ModelSession } from './sessions.ts';

/** Runs a model once in every batch size: the first run of a shape is the slow one, and no client should wait for it. */
export async function warmUp(session: ModelSession): Promise<ModelSession> {
  const { model } = session;
  const { width, height, batch } = model.manifest.input;
  for (const count of batch) {
    try {
      await session.run(new Float32Array(count * 3 * width * height).fill(0.5), count);
    } catch (error) {
      throw new ModelError(
        `${model.key} (${model.variant}) does not run with a batch of ${count} pictures of ${width} x ${height}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return session;
}
