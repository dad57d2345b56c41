/** A found box with its verdict; boxes in crowds are left out before. */
export interface JudgedBox {
  /** 0..1 */
  score: number;
  right: boolean;
}

/** How well boxes agree with the truth at one threshold. */
export interface DetectionScores {
  /** Fraction of found boxes that are right, 0..1; null if nothing was found. */
  precision: number | null;
  /** Fraction of true boxes that are found, 0..1; null if there are none. */
  recall: number | null;
  /** Their harmonic mean; 0 if nothing is right. */
  f1: number;
}

export function scoreDetections(right: number, found: number, trueBoxes: number): DetectionScores {
  return {
    precision: found === 0 ? null : right / found,
    recall: trueBoxes === 0 ? null : right / trueBoxes,
    f1: found + trueBoxes === 0 ? 0 : (2 * right) / (found + trueBoxes),
  };
}

/** Recall values at which COCO reads the precision: 0, 0.01, …, 1. */
const recallPoints = 101;

/**
 * Average precision as COCO defines it: the mean, over 101 recalls, of the best precision at that recall or a higher one. Boxes are
 * of all pictures together; equal scores keep their order. null without true boxes. The same as pycocotools to 1e-9 (its
 * limit of 100 boxes a picture set aside), which test/slow/evaluate-pycocotools.test.ts checks.
 */
export function averagePrecision(boxes: readonly JudgedBox[], trueBoxes: number): number | null {
  if (trueBoxes === 0) return null;
  const curve: { recall: number; precision: number }[] = [];
  let right = 0;
  for (const [index, box] of bySurest(boxes).entries()) {
    if (box.right) right += 1;
    curve.push({ recall: right / trueBoxes, precision: right / (index + 1) });
  }
  for (let index = curve.length - 2; index >= 0; index--) {
    curve[index]!.precision = Math.max(curve[index]!.precision, curve[index + 1]!.precision);
  }
  let sum = 0;
  let at = 0;
  for (let point = 0; point < recallPoints; point++) {
    while (at < curve.length && curve[at]!.recall < point / (recallPoints - 1)) at += 1;
    sum += curve[at]?.precision ?? 0;
  }
  return sum / recallPoints;
}

export interface BestThreshold extends DetectionScores {
  threshold: number;
}

/** The threshold (score from which a box counts) with the best F1; null if no box is right. The highest of equal ones. */
export function findBestThreshold(boxes: readonly JudgedBox[], trueBoxes: number): BestThreshold | null {
  const sorted = bySurest(boxes);
  let best: BestThreshold | null = null;
  let right = 0;
  for (const [index, box] of sorted.entries()) {
    if (box.right) right += 1;
    // Boxes with the same score pass a threshold together.
    if (sorted[index + 1]?.score === box.score) continue;
    const scores = scoreDetections(right, index + 1, trueBoxes);
    if (scores.f1 > (best?.f1 ?? 0)) best = { threshold: box.score, ...scores };
  }
  return best;
}

function bySurest(boxes: readonly JudgedBox[]): JudgedBox[] {
  return [...boxes].sort((a, b) => b.score - a.score);
}

/** Count error: the sum over pictures of the difference in counts, divided by the number of true boxes; null if there are none. */
export function countError(pictures: readonly { found: number; trueBoxes: number }[]): number | null {
  const total = pictures.reduce((sum, { trueBoxes }) => sum + trueBoxes, 0);
  if (total === 0) return null;
  return pictures.reduce((sum, { found, trueBoxes }) => sum + Math.abs(found - trueBoxes), 0) / total;
}

export interface WidthRange {
  /** Pixels of the detector's input, inclusive. */
  from: number;
  /** Exclusive; null: no bound. */
  to: number | null;
  trueBoxes: number;
  found: number;
  /** null if no box has this width. */
  recall: number | null;
}

/** Widths at which the detector begins to miss products: below 20 px it finds few; see "Large pictures" in docs/models.md. */
const widthBounds = [0, 12, 20, 30, 45];

/** Recall of boxes of these widths, in pixels of the detector's input. */
export function recallByWidth(boxes: readonly { width: number; found: boolean }[]): WidthRange[] {
  return widthBounds.map((from, index) => {
    const to = widthBounds[index + 1] ?? null;
    const inside = boxes.filter(({ width }) => width >= from && (to === null || width < to));
    const found = inside.filter((box) => box.found).length;
    return { from, to, trueBoxes: inside.length, found, recall: inside.length === 0 ? null : found / inside.length };
  });
}
