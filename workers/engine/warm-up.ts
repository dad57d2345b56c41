import { ModelError } from '../../src/models/model-error.ts';
import { decodeLogits } from '../../src/recognition/decoders/logits.ts';
import type { ModelSession } from './sessions.ts';

/**
 * Runs a model once in every batch size: the first run of a shape is the slow one, and no client should wait for it. It
 * also shows whether a classifier has the labels that its manifest says.
 */
export async function warmUp(session: ModelSession): Promise<ModelSession> {
  const { key, manifest, variant } = session.model;
  const { width, height, batch } = manifest.input;
  for (const count of batch) {
    try {
      const outputs = await session.run(new Float32Array(count * 3 * width * height).fill(0.5), count);
      if (manifest.kind === 'classifier') decodeLogits(outputs, manifest.output.tensors, 0, manifest.labels.length);
    } catch (error) {
      throw new ModelError(
        `${key} (${variant}) does not run with a batch of ${count} pictures of ${width} x ${height}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return session;
}
