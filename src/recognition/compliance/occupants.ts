import { centreOf, type SeenProduct } from './seen.ts';
import type { ShelfView } from './view-shelves.ts';

/**
 * The products that stand where items are missing: between the products that are in their place, as many groups of equal products as
 * there are missing positions are theirs in this order; otherwise each is where its middle is.
 * @param vacant positions, in ascending order
 */
export function findOccupants(view: ShelfView, vacant: readonly number[]): Map<number, SeenProduct[]> {
  const occupants = new Map<number, SeenProduct[]>();
  for (const stretch of listStretches(view, vacant)) {
    const groups = groupEqual(productsWithin(view, stretch));
    const shared =
      groups.length === stretch.vacant.length
        ? stretch.vacant.map((position, index) => [position, groups[index]!] as const)
        : stretch.vacant.map(
            (position) => [position, groups.flat().filter((product) => isAt(view, position, product))] as const,
          );
    for (const [position, products] of shared) occupants.set(position, products);
  }
  return occupants;
}

/** Vacant positions side by side, with the edges of the products that are in their place on either side. */
interface Stretch {
  vacant: number[];
  left: number;
  right: number;
}

function listStretches({ products }: ShelfView, vacant: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const position of vacant) {
    const open = stretches.at(-1);
    const isNext = open && products.slice(open.vacant.at(-1)! + 1, position).every((between) => between.length === 0);
    if (isNext) {
      open.vacant.push(position);
      continue;
    }
    const before = products.slice(0, position).findLast((others) => others.length > 0);
    const after = products.slice(position + 1).find((others) => others.length > 0);
    stretches.push({
      vacant: [position],
      left: before ? Math.max(...before.map(({ right }) => right)) : Number.NEGATIVE_INFINITY,
      right: after ? Math.min(...after.map(({ left }) => left)) : Number.POSITIVE_INFINITY,
    });
  }
  return stretches;
}

function productsWithin({ seen, products }: ShelfView, { left, right }: Stretch): SeenProduct[] {
  const inPlace = new Set(products.flat());
  return (seen?.products ?? []).filter(
    (product) => !inPlace.has(product) && centreOf(product) > left && centreOf(product) < right,
  );
}

function groupEqual(products: readonly SeenProduct[]): SeenProduct[][] {
  const groups: SeenProduct[][] = [];
  for (const product of products) {
    const group = groups.at(-1);
    if (group && group[0]!.itemId === product.itemId) group.push(product);
    else groups.push([product]);
  }
  return groups;
}

function isAt({ spans }: ShelfView, position: number, product: SeenProduct): boolean {
  const { left, right } = spans[position]!;
  return centreOf(product) >= left && centreOf(product) <= right;
}
