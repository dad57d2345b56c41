import type { ScoredBox } from './box.ts';
import { medianWidth } from './tiling.ts';

/** See `typicalWidth` in the pipeline file. */
export interface TypicalWidthRule {
  /** Median width up to which scores stay as they are, in pixels of the detector's input. */
  unchangedTo: number;
  /** What all boxes of a picture lose for each doubling of the median above that. */
  perDoubling: number;
  /** Medians above this one count as this one. */
  to: number;
}

/**
 * Doubts the boxes of pictures that show wide products. The score from which boxes are mostly right depends on the picture: it is higher
 * on a picture of a few large products, where hands, racks and cards are as large and as sharp as they are, than on a full shelf. The
 * median width of the certain boxes tells such pictures apart.
 *
 * All boxes of a picture lose the same, so their order stays. By the width of each box itself, the order would change, and fewer products
 * were found at equal precision. Nor do pictures of narrow products gain: more of their boxes would be right than wrong on aisles, but
 * not on goods behind wire.
 *
 * @param boxes in pixels of the picture
 * @param sureFrom only boxes with this score count for the median. Without such a box nothing changes.
 * @param scale pixels of the detector's input per pixel of the picture
 * @returns the boxes in the same order; no score falls below 0
 */
export function doubtByTypicalWidth<B extends ScoredBox>(
  boxes: readonly B[],
  sureFrom: number,
  scale: number,
  { unchangedTo, perDoubling, to }: TypicalWidthRule,
): B[] {
  const widths = boxes.filter(({ score }) => score >= sureFrom).map(({ width }) => width);
  const typical = Math.min(to, medianWidth(widths) * scale);
  if (typical <= unchangedTo) return [...boxes];
  const loss = perDoubling * Math.log2(typical / unchangedTo);
  return boxes.map((box) => ({ ...box, score: Math.max(0, box.score - loss) }));
}
