import type { ScoredBox } from '../box.ts';
import {
  addBox,
  type Background,
  cornersAround,
  type DetectorDecoder,
  findHighest,
  labelOf,
  scoreSlots,
} from './detector.ts';
import { getShaped } from './tensor.ts';

export interface DetrOutput {
  decoder: 'detr';
  tensors: { boxes: string; logits: string };
  /** Turns logits into scores: softmax for DETR, sigmoid for RT-DETR, RF-DETR and others with a focal loss. */
  activation: 'softmax' | 'sigmoid';
  /** Which logit means that a query found nothing. */
  background: Background;
}

/**
 * `logits` [batch, queries, classes (+ 1)] and `boxes` [batch, queries, 4] as centre x, centre y, width, height in shares of
 * the input frame, 0..1.
 */
export const decodeDetr: DetectorDecoder<DetrOutput> = (outputs, { output, input, labels }, index, minScore) => {
  const { tensors, activation, background } = output;
  const slots = scoreSlots(labels, background);
  const logits = getShaped(outputs, tensors.logits, ['batch', 'queries', slots.count], slots.wayOut);
  const queries = logits.dims[1]!;
  const boxes = getShaped(
    outputs,
    tensors.boxes,
    ['batch', queries, 4],
    'Check that "boxes" and "logits" are not swapped.',
  );
  const found: ScoredBox[] = [];
  for (let row = index * queries; row < (index + 1) * queries; row++) {
    const start = row * slots.count;
    const label = findHighest(logits.data, start + slots.first, slots.classes);
    const logit = logits.data[start + slots.first + label]!;
    const score = activation === 'sigmoid' ? sigmoid(logit) : softmaxOf(logit, logits.data, start, slots.count);
    if (!(score >= minScore)) continue;
    const at = row * 4;
    const corners = cornersAround(
      boxes.data[at]! * input.width,
      boxes.data[at + 1]! * input.height,
      boxes.data[at + 2]! * input.width,
      boxes.data[at + 3]! * input.height,
    );
    addBox(found, corners, score, labelOf(labels, label));
  }
  return found;
};

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Softmax of one logit of a query. Uses differences, because exp of a large logit is Infinity. */
function softmaxOf(logit: number, data: Float32Array, start: number, count: number): number {
  let total = 0;
  for (let entry = 0; entry < count; entry++) total += Math.exp(data[start + entry]! - logit);
  return 1 / total;
}
