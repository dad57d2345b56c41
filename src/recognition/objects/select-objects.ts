import { overlap, type ScoredBox } from '../box.ts';
import type { FoundObject } from './found-object.ts';

/** A detector's class with its group. */
interface ClassLabel {
  name: string;
  group: string | null;
}

/**
 * The boxes whose class is in one of these groups, most certain first. Of boxes of different classes that overlap by
 * `sameThingIou`, only the most certain one is kept: a detector that hesitates between a cat and a dog proposes both.
 */
export function selectObjects(
  boxes: readonly ScoredBox[],
  labels: readonly ClassLabel[],
  { groups, sameThingIou }: { groups: readonly string[]; sameThingIou: number },
): FoundObject[] {
  const kept: FoundObject[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score)) {
    const label = box.label === null ? undefined : labels[box.label];
    if (label?.group == null || !groups.includes(label.group)) continue;
    if (kept.some((other) => overlap(other.box, box) >= sameThingIou)) continue;
    kept.push({ box, label: { ...label, confidence: box.score } });
  }
  return kept;
}
