import { ModelError } from '../../../../src/models/model-error.ts';
import { decodeEmbedding } from '../../../../src/recognition/decoders/embedding.ts';
import { decodeDetections } from '../../../../src/recognition/decoders/index.ts';
import { decodeLogits } from '../../../../src/recognition/decoders/logits.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import type { ModelSession, RunnableManifest } from './sessions.ts';

/**
 * Runs a model in every batch size, in every thread that has it: the first run of a shape is the slow one, and no client
 * should wait for it. It also shows whether the outputs are what the manifest says. Throws ModelError.
 */
export async function warmUp(session: ModelSession): Promise<ModelSession> {
  const { key, manifest, variant } = session.model;
  const { width, height, batch } = manifest.input;
  for (const count of batch) {
    const run = () => session.run(session.takeValues(count).fill(0.5), count);
    try {
      const [outputs] = await Promise.all(Array.from({ length: session.atOnce }, run));
      checkOutputs(outputs!, manifest, count);
    } catch (error) {
      throw new ModelError(
        `${key} (${variant}) does not run with a batch of ${count} pictures of ${width} x ${height}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  return session;
}

/** Reads what a run gave as a picture's outputs are read: the decoders say what does not fit. */
function checkOutputs(outputs: OutputTensors, manifest: RunnableManifest, count: number): void {
  for (const name of Object.values(manifest.output.tensors)) {
    const dims = outputs[name]?.dims;
    if (dims === undefined || dims[0] === count) continue;
    throw new Error(
      `Its output "${name}" is [${dims.join(', ')}], which is not a row a picture. Export it with a dynamic batch, or write "batch": [${dims[0]}].`,
    );
  }
  if (manifest.kind === 'classifier') decodeLogits(outputs, manifest.output.tensors, 0, manifest.labels.length);
  else if (manifest.kind === 'embedder') decodeEmbedding(outputs, manifest.output, 0);
  else decodeDetections(outputs, manifest, 0, 1);
}
