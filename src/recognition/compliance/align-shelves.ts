import { alignRow, type RowAlignment } from './align-row.ts';
import type { PictureScale } from './facing-widths.ts';
import type { PlannedShelf } from './plan.ts';
import type { SeenShelf } from './seen.ts';

/** A shelf of the plan with the shelf of the picture that it is. */
export interface ShelfPair {
  planned: number;
  seen: number;
  /** Of each planned position: indexes of products of the seen shelf that stand in it. */
  products: number[][];
}

/** What equal shelves at the same height of picture and plan are preferred by: less than any product. */
const heightWeight = 1e-6;

/**
 * Pairs the shelves of a plan with those of a picture, so that the order of both is kept and as many planned positions as possible
 * have their product. Shelves that have nothing in common are not paired.
 */
export function alignShelves(
  planned: readonly PlannedShelf[],
  seen: readonly SeenShelf[],
  scale: PictureScale,
): ShelfPair[] {
  const rows = planned.map(({ positions }) =>
    seen.map((shelf) =>
      alignRow(
        positions,
        shelf.products,
        positions.map((position) => scale.facingWidth(position, shelf)),
      ),
    ),
  );
  const columns = seen.length + 1;
  const best = new Float64Array((planned.length + 1) * columns);
  const gainOf = (row: RowAlignment, at: number, other: number): number =>
    row.value === 0 ? 0 : row.value + heightWeight * (1 - Math.abs(at / planned.length - other / seen.length));
  for (let at = planned.length - 1; at >= 0; at -= 1)
    for (let other = seen.length - 1; other >= 0; other -= 1) {
      const here = at * columns + other;
      const gain = gainOf(rows[at]![other]!, at, other);
      const paired = gain > 0 ? gain + best[here + columns + 1]! : 0;
      best[here] = Math.max(paired, best[here + 1]!, best[here + columns]!);
    }
  const pairs: ShelfPair[] = [];
  let [at, other] = [0, 0];
  while (at < planned.length && other < seen.length) {
    const here = at * columns + other;
    const gain = gainOf(rows[at]![other]!, at, other);
    if (gain > 0 && gain + best[here + columns + 1]! === best[here]) {
      pairs.push({ planned: at, seen: other, products: rows[at]![other]!.products });
      at += 1;
      other += 1;
    } else if (best[here + 1] === best[here]) other += 1;
    else at += 1;
  }
  return pairs;
}
