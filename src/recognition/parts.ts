import { intersectionArea, type ScoredBox } from './box.ts';

/** See `parts` in the pipeline file. */
export interface PartsRule {
  /** From this share of a box on, it lies inside another, 0..1. */
  insideFrom: number;
  /** What such a box keeps of its score, 0..1. */
  keptScore: number;
}

/**
 * Doubts boxes that lie inside a more certain one: such a box is mostly a part of the same product, such as its lower half or its
 * printed picture. Suppression does not see it, since a half has an intersection over union of a half with the whole. Their scores are
 * reduced, not removed: a small pack can stand in front of a large one.
 *
 * Each box is compared by the score that it had, so that a doubted box still speaks against its own parts.
 * @param boxes the most certain first
 * @param sureFrom only boxes with this score speak against others
 * @returns the boxes, the most certain first
 */
export function doubtParts<B extends ScoredBox>(boxes: readonly B[], sureFrom: number, rule: PartsRule): B[] {
  const firstUnsure = boxes.findIndex(({ score }) => score < sureFrom);
  const sure = firstUnsure < 0 ? boxes : boxes.slice(0, firstUnsure);
  return boxes
    .map((box) => {
      const least = rule.insideFrom * box.width * box.height;
      const isPart = sure.some(
        (other) => other.score > box.score && other.label === box.label && intersectionArea(box, other) >= least,
      );
      return isPart ? { ...box, score: box.score * rule.keptScore } : box;
    })
    .sort((a, b) => b.score - a.score);
}
