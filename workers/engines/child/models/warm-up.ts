import type { PictureManifest } from '../../../../src/models/manifest.ts';
import { ModelError } from '../../../../src/models/model-error.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import type { ModelSession } from './model-session.ts';

/**
 * Runs a model in every batch size, in every thread that has it: the first run of a shape is slow, and no client should wait for
 * it. It also shows whether the outputs match the manifest. Throws ModelError.
 * @param read reads the outputs of the first picture, and throws if they do not match the manifest.
 */
export async function warmUp<M extends PictureManifest>(
  session: ModelSession<M>,
  read: (outputs: OutputTensors) => unknown,
): Promise<ModelSession<M>> {
  const { key, manifest, variant } = session.model;
  const { width, height, batch } = manifest.input;
  for (const count of batch) {
    const run = () => session.run(session.takeValues(count).fill(0.5), count);
    try {
      const [outputs] = await Promise.all(Array.from({ length: session.atOnce }, run));
      checkRows(outputs!, manifest, count);
      read(outputs!);
    } catch (error) {
      throw new ModelError(
        `${key} (${variant}) does not run with a batch of ${count} pictures of ${width} x ${height}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return session;
}

/** Whether each output has one row per picture. */
function checkRows(outputs: OutputTensors, manifest: PictureManifest, count: number): void {
  for (const name of Object.values(manifest.output.tensors)) {
    const dims = outputs[name]?.dims;
    if (dims === undefined || dims[0] === count) continue;
    throw new Error(
      `Its output "${name}" is [${dims.join(', ')}], which is not a row a picture. Export it with a dynamic batch, or write "batch": [${dims[0]}].`,
    );
  }
}
