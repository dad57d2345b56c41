import { getOutput, type OutputTensors } from './tensor.ts';

/**
 * Probabilities from `logits` [batch, labels] by a softmax: each 0..1, with a sum of 1. `index` is the picture's index in the
 * batch.
 * @throws if the model does not have one finite number for each label.
 */
export function decodeLogits(
  outputs: OutputTensors,
  names: { readonly logits: string },
  index: number,
  labelCount: number,
): Float64Array {
  const { data, dims } = getOutput(outputs, names.logits);
  const width = dims.slice(1).reduce((product, size) => product * size, 1);
  if (width !== labelCount) {
    throw new Error(
      `The model's output "${names.logits}" has ${width} numbers per picture, but the manifest has ${labelCount} labels. Give it one label per number, in the same order.`,
    );
  }
  const logits = data.subarray(index * width, (index + 1) * width);
  // The highest is subtracted first, because exp of a large logit is Infinity.
  const highest = Math.max(...logits);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!Number.isFinite(total))
    throw new Error(`The model's output "${names.logits}" contains numbers that are not finite.`);
  return weights.map((weight) => weight / total);
}
