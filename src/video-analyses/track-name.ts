import type { FoundTrack, FrameDetection } from './found.ts';

/** What a track was named as: by item, and by label without an item. */
export type NameSums = Map<string, NameSum>;

interface NameSum extends Pick<FoundTrack, 'itemId' | 'matchedBy' | 'label'> {
  /** Of confidences. */
  sum: number;
  /** The greatest confidence. */
  best: number;
}

/** Adds a sighting. @returns whether it is the most certain one of what the track is taken for now. */
export function addSighting(names: NameSums, { itemId, matchedBy, label, confidence }: FrameDetection): boolean {
  const key = itemId === null ? `label ${label}` : `item ${itemId}`;
  const before = names.get(key);
  const isBest = before === undefined || confidence >= before.best;
  names.set(key, {
    itemId,
    label: itemId === null ? label : null,
    matchedBy: isBest ? matchedBy : before.matchedBy,
    sum: (before?.sum ?? 0) + confidence,
    best: isBest ? confidence : before.best,
  });
  return isBest && nameOf(names) === names.get(key);
}

/** An item rather than none: that a product was not recognised in some frames does not contradict those that recognised it. */
export function nameOf(names: NameSums): NameSum {
  const all = [...names.values()];
  const items = all.filter(({ itemId }) => itemId !== null);
  return (items.length > 0 ? items : all).reduce((a, b) => (b.sum > a.sum ? b : a));
}
