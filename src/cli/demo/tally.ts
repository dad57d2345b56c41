import type { Detection } from './follow.ts';

/** How often an item is on a picture. */
export interface TallyRow {
  /** null counts the products without a name. */
  itemName: string | null;
  count: number;
  /** Mean, 0..1. */
  confidence: number;
}

/** Counts detections by item: most frequent first, the unnamed last. */
export function tally(detections: readonly Pick<Detection, 'catalogItem' | 'confidence'>[]): TallyRow[] {
  const groups = Map.groupBy(detections, ({ catalogItem }) => catalogItem?.name ?? null);
  const rows = [...groups].map(([itemName, members]) => ({
    itemName,
    count: members.length,
    confidence: members.reduce((sum, { confidence }) => sum + confidence, 0) / members.length,
  }));
  return rows.sort(
    (a, b) =>
      Number(a.itemName === null) - Number(b.itemName === null) ||
      b.count - a.count ||
      a.itemName!.localeCompare(b.itemName!),
  );
}
