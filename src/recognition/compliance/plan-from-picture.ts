import { isGapBetween, type PlacedDetection, type SeenProduct, toSeenShelves } from './seen.ts';

/** A position as a picture shows it. */
export interface SeenPosition {
  itemId: string;
  facings: number;
  stack: number;
}

/**
 * The shelves of a picture as a plan, so that the same picture agrees with it in every position. Products without a name are left out:
 * no later picture could be compared with them.
 */
export function planFromPicture(detections: readonly PlacedDetection[]): SeenPosition[][] {
  return toSeenShelves(detections)
    .map(({ products }) => {
      const positions: SeenPosition[] = [];
      const stacks = listStacks(products);
      for (const [index, stack] of stacks.entries()) append(positions, stack, stacks[index - 1]);
      return positions;
    })
    .filter((positions) => positions.length > 0);
}

/** From left to right, each from the bottom up. */
function listStacks(products: readonly SeenProduct[]): SeenProduct[][] {
  const stacks: SeenProduct[][] = [];
  for (const product of products) {
    if (product.level === 0) stacks.push([]);
    stacks.at(-1)!.push(product);
  }
  return stacks;
}

/**
 * Equal stacks beside each other are facings of one position; what stands apart, behind a gap or other products, is a position of its
 * own. So is every product of a mixed stack.
 */
function append(
  positions: SeenPosition[],
  stack: readonly SeenProduct[],
  before: readonly SeenProduct[] | undefined,
): void {
  const named = namesOf(stack);
  const [itemId] = named;
  if (itemId === undefined) return;
  if (named.some((other) => other !== itemId)) {
    positions.push(...named.map((other) => ({ itemId: other, facings: 1, stack: 1 })));
    return;
  }
  const isBeside = before && namesOf(before).includes(itemId) && !isGapBetween(before[0]!, stack[0]!);
  const last = positions.at(-1);
  if (isBeside && last?.itemId === itemId && last.stack === named.length) last.facings += 1;
  else positions.push({ itemId, facings: 1, stack: named.length });
}

function namesOf(stack: readonly SeenProduct[]): string[] {
  return stack.flatMap(({ itemId }) => itemId ?? []);
}
