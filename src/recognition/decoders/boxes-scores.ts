import type { ScoredBox } from '../box.ts';
import type { DetectorDecoder } from './index.ts';
import { getOutput } from './tensor.ts';

/**
 * `boxes` [batch, n, 4] as left, top, right, bottom in pixels of the input frame and `scores` [batch, n], one class.
 * Empty and non-finite boxes are dropped: a half-precision export can hold them.
 */
export const decodeBoxesScores: DetectorDecoder = (outputs, names, index, minScore) => {
  const boxes = getOutput(outputs, names.boxes);
  const scores = getOutput(outputs, names.scores);
  const count = scores.dims.at(-1) ?? 0;
  const found: ScoredBox[] = [];
  for (let row = index * count; row < (index + 1) * count; row++) {
    const score = scores.data[row]!;
    if (!(score >= minScore)) continue;
    const [left, top, right, bottom] = boxes.data.subarray(row * 4, row * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const width = right - left;
    const height = bottom - top;
    if (width > 0 && height > 0 && Number.isFinite(left + top + width + height)) {
      found.push({ x: left, y: top, width, height, score: Math.min(1, score), label: null });
    }
  }
  return found;
};
