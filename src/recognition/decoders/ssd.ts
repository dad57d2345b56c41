import type { ScoredBox } from '../box.ts';
import { addBox, type Background, type DetectorDecoder, findHighest, labelOf, scoreSlots } from './detector.ts';
import { getShaped } from './tensor.ts';

export interface SsdOutput {
  decoder: 'ssd';
  tensors: { boxes: string; scores: string };
  /** Which score means that there is nothing. */
  background: Background;
  /** pixel: of the input frame; share: 0..1 of its width and height. */
  boxUnit: 'pixel' | 'share';
  /** xy: left, top, right, bottom; yx: top, left, bottom, right, as TensorFlow has them. */
  boxOrder: 'xy' | 'yx';
}

/** `boxes` [batch, n, 4], corners, and `scores` [batch, n, classes (+ 1)] 0..1, with anchors applied and before NMS. */
export const decodeSsd: DetectorDecoder<SsdOutput> = (outputs, { output, input, labels }, index, minScore) => {
  const { tensors, background, boxUnit, boxOrder } = output;
  const slots = scoreSlots(labels, background);
  const scores = getShaped(outputs, tensors.scores, ['batch', 'n', slots.count], slots.wayOut);
  const count = scores.dims[1]!;
  const boxes = getShaped(
    outputs,
    tensors.boxes,
    ['batch', count, 4],
    'Check that "boxes" and "scores" are not swapped.',
  );
  const [scaleX, scaleY] = boxUnit === 'share' ? [input.width, input.height] : [1, 1];
  const [x, y] = boxOrder === 'xy' ? [0, 1] : [1, 0];
  const found: ScoredBox[] = [];
  for (let row = index * count; row < (index + 1) * count; row++) {
    const start = row * slots.count + slots.first;
    const label = findHighest(scores.data, start, slots.classes);
    const score = scores.data[start + label]!;
    if (!(score >= minScore)) continue;
    const value = (column: number) => boxes.data[row * 4 + column]!;
    const corners = [value(x) * scaleX, value(y) * scaleY, value(2 + x) * scaleX, value(2 + y) * scaleY] as const;
    addBox(found, corners, score, labelOf(labels, label));
  }
  return found;
};
