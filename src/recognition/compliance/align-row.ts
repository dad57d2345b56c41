import { type PlannedPosition, plannedProducts } from './plan.ts';

/** Which products of a row stand in which planned position. */
export interface RowAlignment {
  /** For comparison: the number of positions that have a product, and less than 1 for what breaks ties. 0: nothing fits. */
  value: number;
  /** Of each position: indexes of products, from left to right. */
  products: number[][];
}

/** A place for one product; after the places of a position, one for any number of further products. */
interface Slot {
  position: number;
  itemId: string;
  /** The first product of a position decides. */
  isFirst: boolean;
  isRepeatable: boolean;
  /** Where in the row the plan has its position, 0..1. */
  at: number;
  /** What being at the right spot is worth. */
  closeness: number;
}

/** All ties together weigh less than one position. */
const tieWeight = 0.4;

/**
 * Matches the products of a row, from left to right, with the positions of a planned shelf, so that the order of both is kept and as
 * many positions as possible have a product. Among equal alignments, products near their planned spot win, then more products.
 * @param items of the products; null: it was not named
 */
export function alignRow(positions: readonly PlannedPosition[], items: readonly (string | null)[]): RowAlignment {
  const slots = toSlots(positions);
  const columns = items.length + 1;
  // best[slot * columns + product]: the best value of what begins there.
  const best = new Float64Array((slots.length + 1) * columns);
  const more = tieWeight / 10 / (positions.length * (slots.length + columns));
  const spots = spotsOf(items);
  const worth = (slot: Slot, product: number): number => {
    if (items[product] !== slot.itemId) return 0;
    if (slot.isRepeatable) return more / 2;
    const distance = Math.abs(slot.at - spots[product]!);
    return (slot.isFirst ? 1 : 0) + more + slot.closeness * (1 - distance);
  };
  for (let slot = slots.length - 1; slot >= 0; slot -= 1)
    for (let product = items.length - 1; product >= 0; product -= 1) {
      const here = slot * columns + product;
      const gain = worth(slots[slot]!, product);
      const taken = gain > 0 ? gain + best[here + afterTaking(slots[slot]!, columns)]! : 0;
      best[here] = Math.max(taken, best[here + 1]!, best[here + columns]!);
    }
  return { value: best[0]!, products: traceBack(slots, { best, columns, worth }, positions.length) };
}

/** The distance in the table to what is left when a product was put into a slot. */
function afterTaking({ isRepeatable }: Slot, columns: number): number {
  return isRepeatable ? 1 : columns + 1;
}

function traceBack(
  slots: readonly Slot[],
  { best, columns, worth }: { best: Float64Array; columns: number; worth(slot: Slot, product: number): number },
  positions: number,
): number[][] {
  const products = Array.from({ length: positions }, (): number[] => []);
  let [slot, product] = [0, 0];
  while (slot < slots.length && product < columns - 1) {
    const here = slot * columns + product;
    const gain = worth(slots[slot]!, product);
    if (gain > 0 && gain + best[here + afterTaking(slots[slot]!, columns)]! === best[here]) {
      products[slots[slot]!.position]!.push(product);
      if (!slots[slot]!.isRepeatable) slot += 1;
      product += 1;
    } else if (best[here + 1] === best[here]) product += 1;
    else slot += 1;
  }
  return products;
}

function toSlots(positions: readonly PlannedPosition[]): Slot[] {
  return positions.flatMap((planned, position) => {
    const count = plannedProducts(planned);
    return Array.from({ length: count + 1 }, (_, index) => ({
      position,
      itemId: planned.itemId,
      isFirst: index === 0,
      isRepeatable: index === count,
      at: (position + 0.5) / positions.length,
      closeness: tieWeight / (positions.length * count),
    }));
  });
}

/** Where each product is in the row, 0..1: equal products beside each other count as one, as they do in a plan. */
function spotsOf(items: readonly (string | null)[]): number[] {
  let group = -1;
  const groups = items.map((item, index) => (item === items[index - 1] ? group : ++group));
  return groups.map((one) => (one + 0.5) / (group + 1));
}
