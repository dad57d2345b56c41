import type { InferenceSession } from 'onnxruntime-node';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { PictureManifest } from '../../../../src/models/manifest.ts';
import { ModelError } from '../../../../src/models/model-error.ts';

/** What ONNX Runtime knows about a model before it runs. */
export type ModelTensors = Pick<InferenceSession, 'inputNames' | 'outputNames' | 'inputMetadata'>;

/**
 * Checks that a model has the input and outputs that its manifest names, and accepts the pictures that the engine will pass. Sizes
 * of outputs are known only after a run, see warm-up.ts. Throws ModelError.
 */
export function checkTensors(model: LoadedModel<PictureManifest>, session: ModelTensors): void {
  const { input, output } = model.manifest;
  expectNames(model, 'input', [input.name], session.inputNames);
  expectNames(model, 'output', Object.values(output.tensors), session.outputNames);
  const others = session.inputNames.filter((name) => name !== input.name);
  if (others.length > 0) {
    throw new ModelError(
      `${model.key} (${model.variant}) has more inputs than the picture: ${others.join(', ')}. Export it so that "${input.name}" is the only one.`,
    );
  }
  const given = session.inputMetadata.find(({ name }) => name === input.name);
  if (given?.isTensor) checkPicture(`${model.key} (${model.variant})`, input, given);
}

/** Throws ModelError if the model lacks one of the `wanted` inputs or outputs (`what` says which). */
export function expectNames(
  { key, variant }: LoadedModel,
  what: 'input' | 'output',
  wanted: readonly string[],
  has: readonly string[],
): void {
  for (const name of wanted) {
    if (has.includes(name)) continue;
    throw new ModelError(
      `${key} (${variant}) has no ${what} "${name}"; it has ${has.join(', ')}. Correct it in the manifest.`,
    );
  }
}

function checkPicture(
  model: string,
  input: PictureManifest['input'],
  { type, shape }: InferenceSession.TensorValueMetadata,
): void {
  const start = `${model} takes "${input.name}" as ${type} [${shape.map((size) => size || '?').join(', ')}]`;
  if (type !== 'float32') throw new ModelError(`${start}, not as float32. Export it with a float32 input.`);
  const [batch, channels, height, width] = shape;
  if (shape.length !== 4 || !fits(channels, 3)) {
    throw new ModelError(`${start}, not as [batch, 3, height, width]. Export it with channels first (NCHW).`);
  }
  if (!fits(height, input.height) || !fits(width, input.width)) {
    throw new ModelError(
      `${start}, but its manifest says width ${input.width} and height ${input.height}. Correct them, or export it for that size.`,
    );
  }
  if (!input.batch.every((count) => fits(batch, count))) {
    throw new ModelError(
      `${start}, but its manifest says batch [${input.batch.join(', ')}]. Write "batch": [${batch}], or export it with a dynamic batch.`,
    );
  }
}

/** Sizes that are text (a name or empty) can be chosen by the caller. */
function fits(size: number | string | undefined, wanted: number): boolean {
  return typeof size === 'string' || size === wanted;
}
