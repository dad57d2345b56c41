import type { ScoredBox } from '../box.ts';
import { addBox, type DetectorDecoder, labelOf } from './detector.ts';
import { getShaped } from './tensor.ts';

export interface BoxesScoresOutput {
  decoder: 'boxes-scores';
  tensors: { boxes: string; scores: string };
}

/** `boxes` [batch, n, 4] as left, top, right, bottom in pixels of the input frame and `scores` [batch, n] 0..1, one class. */
export const decodeBoxesScores: DetectorDecoder<BoxesScoresOutput> = (outputs, { output, labels }, index, minScore) => {
  const { tensors } = output;
  const boxes = getShaped(outputs, tensors.boxes, ['batch', 'n', 4], 'Another decoder of docs/models.md may fit.');
  const count = boxes.dims[1]!;
  const wayOut = 'For scores of several classes, use the decoder ssd.';
  const scores = getShaped(outputs, tensors.scores, ['batch', count], wayOut);
  const found: ScoredBox[] = [];
  for (let row = index * count; row < (index + 1) * count; row++) {
    const score = scores.data[row]!;
    if (!(score >= minScore)) continue;
    const at = row * 4;
    const corners = [boxes.data[at]!, boxes.data[at + 1]!, boxes.data[at + 2]!, boxes.data[at + 3]!] as const;
    addBox(found, corners, score, labelOf(labels, 0));
  }
  return found;
};
