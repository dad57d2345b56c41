import { type PlacedDetection, type SeenProduct, toSeenShelves } from './seen.ts';

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
      for (const stack of listStacks(products)) append(positions, stack);
      return positions;
    })
    .filter((positions) => positions.length > 0);
}

/** The named products of each stack, from left to right. */
function listStacks(products: readonly SeenProduct[]): string[][] {
  const stacks: string[][] = [];
  for (const { level, itemId } of products) {
    if (level === 0) stacks.push([]);
    if (itemId !== null) stacks.at(-1)!.push(itemId);
  }
  return stacks;
}

/** Equal stacks beside each other are facings of one position; of a mixed stack, every product is a position of its own. */
function append(positions: SeenPosition[], stack: readonly string[]): void {
  const isMixed = stack.some((itemId) => itemId !== stack[0]);
  if (isMixed) {
    positions.push(...stack.map((itemId) => ({ itemId, facings: 1, stack: 1 })));
    return;
  }
  const [itemId] = stack;
  if (itemId === undefined) return;
  const last = positions.at(-1);
  if (last?.itemId === itemId && last.stack === stack.length) last.facings += 1;
  else positions.push({ itemId, facings: 1, stack: stack.length });
}
