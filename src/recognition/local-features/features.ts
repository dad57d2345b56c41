import type { Size } from '../box.ts';
import { getOutput, type OutputTensors } from '../decoders/tensor.ts';

/** Numbers per keypoint in each array. */
export const keypointValues = 4;
export const descriptorValues = 128;
export const colorValues = 12;

/** Keypoints of one picture, strongest first, without empty slots. */
export interface LocalFeatures extends Size {
  count: number;
  /** Sides of the picture inside the model's frame, in frame pixels; padding not counted. */
  width: number;
  height: number;
  /** count x (x, y, sigma, angle): frame pixels, and radians from +x towards +y, which points down. */
  keypoints: Float32Array;
  /** count x 128, min(127, round(254 d)) of an L2-normalised descriptor d: 7 bits, so that products of two fit into 16 bits. */
  descriptors: Uint8Array;
  /** count x (4 reds, 4 greens, 4 blues) at four points around the keypoint, 0..255. */
  colors: Uint8Array;
}

/** Names of the model's outputs; `output.tensors` of its manifest. */
export interface FeatureTensorNames {
  keypoints: string;
  score: string;
  descriptors: string;
  colors: string;
}

/**
 * Reads one picture's features out of a batch's outputs.
 *
 * @param index the picture's index in the batch.
 * @param valid the picture's sides inside the frame, as given to the model.
 * @param names the outputs' names.
 * @param limit how many keypoints are kept, the strongest.
 */
export function readFeatureTensors(
  outputs: OutputTensors,
  index: number,
  valid: Size,
  names: FeatureTensorNames,
  limit = Number.POSITIVE_INFINITY,
): LocalFeatures {
  const score = getOutput(outputs, names.score);
  const slots = score.dims[1]!;
  const scores = score.data.subarray(index * slots, (index + 1) * slots);
  // Scores are sorted, and 0 marks an empty slot.
  const filled = scores.findIndex((value) => !(value > 0));
  const count = Math.min(filled === -1 ? slots : filled, limit);
  const read = (name: string, values: number) =>
    getOutput(outputs, name).data.subarray(index * slots * values, (index * slots + count) * values);
  return {
    count,
    width: valid.width,
    height: valid.height,
    keypoints: read(names.keypoints, keypointValues).slice(),
    descriptors: toBytes(read(names.descriptors, descriptorValues), 254, 127),
    colors: toBytes(read(names.colors, colorValues), 255, 255),
  };
}

/** A loop, because Uint8Array.from with a function takes fifteen times as long, 3 ms per crop. */
function toBytes(values: Float32Array, scale: number, highest: number): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index++)
    bytes[index] = Math.min(highest, Math.max(0, Math.round(scale * values[index]!)));
  return bytes;
}

/** The strongest keypoints only. */
export function limitFeatures(features: LocalFeatures, limit: number): LocalFeatures {
  if (features.count <= limit) return features;
  return {
    ...features,
    count: limit,
    keypoints: features.keypoints.slice(0, limit * keypointValues),
    descriptors: features.descriptors.slice(0, limit * descriptorValues),
    colors: features.colors.slice(0, limit * colorValues),
  };
}
