import { overlap, type ScoredBox } from './box.ts';

/**
 * Non-maximum suppression: of boxes with the same label that overlap by more than maxOverlap (intersection over union), the most
 * certain one is kept. Returns at most `limit` boxes, most certain first. Equal scores keep the order of the input, so the result
 * is the same on every machine.
 */
export function suppressOverlaps<B extends ScoredBox>(boxes: readonly B[], maxOverlap: number, limit: number): B[] {
  const sorted = [...boxes].sort((a, b) => b.score - a.score);
  const kept: B[] = [];
  for (const box of sorted) {
    if (kept.length >= limit) break;
    if (!kept.some((other) => other.label === box.label && overlap(other, box) > maxOverlap)) kept.push(box);
  }
  return kept;
}
