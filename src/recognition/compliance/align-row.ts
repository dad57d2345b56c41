import { type PlannedPosition, plannedProducts } from './plan.ts';
import { isGapBetween, type SeenProduct, widthOf } from './seen.ts';

/** Which products of a row stand in which planned position. */
export interface RowAlignment {
  /** For comparison: the number of positions that have a product, and less than 1 for what breaks ties. 0: nothing fits. */
  value: number;
  /** Of each position: indexes of products, from left to right. */
  products: number[][];
}

/** A planned position, and what its products are worth. */
interface WantedPosition {
  itemId: string;
  planned: number;
  facings: number;
  /** Of one facing with the space beside it, in pixels. */
  facingWidth: number;
  /** Where in the row the plan has it, 0..1. */
  at: number;
  /** What a product is worth at the right spot; at the other end of the shelf half of it, so that five facings there outweigh two here. */
  closeness: number;
}

/** Products that may stand in a position together: all of its item from `first` to `last`. */
interface Window {
  first: number;
  last: number;
  gain: number;
  /** As many as planned. */
  isFull: boolean;
}

/** All ties together weigh less than one position. */
const tieWeight = 0.4;

/** Of a facing: more than boxes and the spaces between products add to what a position takes of its shelf. */
const stretchSlack = 0.5;

/**
 * Matches the products of a row, from left to right, with the positions of a planned shelf, so that the order of both is kept and as
 * many positions as possible have a product. Among equal alignments, those win that have more products near their planned spot.
 *
 * The products of a position stand together: beside each other, or with gaps and other products between them only as far as the planned
 * facings reach. An item that stands again further along the shelf is not what an earlier position lacks.
 * @param products of a seen shelf, in its order
 * @param facingWidths of each position, in pixels
 */
export function alignRow(
  positions: readonly PlannedPosition[],
  products: readonly SeenProduct[],
  facingWidths: readonly number[],
): RowAlignment {
  return new RowTable(toWanted(positions, facingWidths), products).align();
}

function toWanted(positions: readonly PlannedPosition[], facingWidths: readonly number[]): WantedPosition[] {
  return positions.map((position, index) => {
    const planned = plannedProducts(position);
    return {
      ...{ itemId: position.itemId, planned, facings: position.facings, facingWidth: facingWidths[index]! },
      at: (index + 0.5) / positions.length,
      closeness: tieWeight / (positions.length * planned),
    };
  });
}

/** Alignment by dynamic programming over positions and products, from the right end of both. */
class RowTable {
  readonly #positions: readonly WantedPosition[];
  readonly #products: readonly SeenProduct[];
  readonly #spots: readonly number[];
  readonly #columns: number;
  /** What any product is worth: less than being nearer to its spot. */
  readonly #more: number;
  /** At position × columns + product: the best value of what begins there, if no position took the product before. */
  readonly #best: Float64Array;
  /** The same if an earlier position took the product before: only then a position may begin amid equal products beside each other. */
  readonly #shared: Float64Array;
  /** The best value of what follows when the product was taken for the position, which has as many as planned. */
  readonly #after: Float64Array;

  constructor(positions: readonly WantedPosition[], products: readonly SeenProduct[]) {
    this.#positions = positions;
    this.#products = products;
    this.#spots = spotsOf(products);
    this.#columns = products.length + 1;
    const slots = positions.reduce((sum, { planned }) => sum + planned + 1, 0);
    this.#more = tieWeight / 10 / (positions.length * (slots + this.#columns));
    this.#best = new Float64Array((positions.length + 1) * this.#columns);
    this.#shared = new Float64Array(this.#best.length);
    this.#after = new Float64Array(positions.length * this.#columns);
  }

  align(): RowAlignment {
    for (let position = this.#positions.length - 1; position >= 0; position -= 1)
      for (let product = this.#products.length - 1; product >= 0; product -= 1) this.#fill(position, product);
    return { value: this.#best[0]!, products: this.#traceBack() };
  }

  #fill(position: number, product: number): void {
    const here = position * this.#columns + product;
    const next = this.#shared[here + this.#columns + 1]!;
    this.#after[here] = this.#goesOn(position, product) ? Math.max(next, this.#oneMore(here)) : next;
    let taken = 0;
    for (const window of this.#windows(position, product)) taken = Math.max(taken, this.#valueOf(position, window));
    const skipped = Math.max(this.#best[here + 1]!, this.#best[here + this.#columns]!);
    this.#best[here] = this.#isAmid(position, product) ? skipped : Math.max(taken, skipped);
    this.#shared[here] = Math.max(taken, this.#best[here + 1]!, this.#shared[here + this.#columns]!);
  }

  #isAmid(position: number, product: number): boolean {
    return product > 0 && this.#isOwn(position, product - 1) && this.#goesOn(position, product - 1);
  }

  #traceBack(): number[][] {
    const found = this.#positions.map((): number[] => []);
    let [position, product, table] = [0, 0, this.#best];
    while (position < this.#positions.length && product < this.#products.length) {
      const here = position * this.#columns + product;
      const best = table[here]!;
      const mayTake = table === this.#shared || !this.#isAmid(position, product);
      const window = mayTake && this.#windows(position, product).find((one) => this.#valueOf(position, one) === best);
      if (window) {
        const last = window.isFull ? this.#lastBeyond(position, window.last) : window.last;
        found[position] = this.#ownBetween(position, window.first, last);
        position += 1;
        product = last + 1;
        table = this.#shared;
      } else if (this.#best[here + 1] === best) {
        product += 1;
        table = this.#best;
      } else position += 1;
    }
    return found;
  }

  #valueOf(position: number, { gain, last, isFull }: Window): number {
    const here = position * this.#columns + last;
    return gain + (isFull ? this.#after[here]! : this.#shared[here + this.#columns + 1]!);
  }

  /** What it is worth to take the next product as well, although the position has as many as planned. */
  #oneMore(here: number): number {
    return this.#more / 2 + this.#after[here + 1]!;
  }

  /** The last of the products beyond the planned ones that the position takes. */
  #lastBeyond(position: number, product: number): number {
    let last = product;
    while (
      this.#goesOn(position, last) &&
      this.#oneMore(position * this.#columns + last) === this.#after[position * this.#columns + last]
    )
      last += 1;
    return last;
  }

  #ownBetween(position: number, first: number, last: number): number[] {
    const own: number[] = [];
    for (let product = first; product <= last; product += 1) if (this.#isOwn(position, product)) own.push(product);
    return own;
  }

  #isOwn(position: number, product: number): boolean {
    return this.#products[product]?.itemId === this.#positions[position]!.itemId;
  }

  /** Whether the next product is one more of the position, right beside this one. */
  #goesOn(position: number, product: number): boolean {
    return this.#isOwn(position, product + 1) && !isGapBetween(this.#products[product]!, this.#products[product + 1]!);
  }

  /** All windows of a position that begin with a product: with that one, with one more, and so on, at most as many as planned. */
  #windows(position: number, first: number): Window[] {
    if (!this.#isOwn(position, first)) return [];
    const windows: Window[] = [];
    const { planned } = this.#positions[position]!;
    let [last, gain, width] = [first - 1, 1, 0];
    let isUnbroken = true;
    for (let product = first; product < this.#products.length; product += 1) {
      isUnbroken &&= product === first || this.#goesOn(position, product - 1);
      if (!isUnbroken && !this.#isWithinReach(position, { first, product, width: width / windows.length })) break;
      if (!this.#isOwn(position, product)) continue;
      last = product;
      gain += this.#worth(position, product);
      width += widthOf(this.#products[product]!);
      const isFull = windows.length + 1 === planned;
      windows.push({ first, last, gain, isFull });
      if (isFull) break;
    }
    return windows;
  }

  /** @param width of the products so far: near the camera they are wider than most */
  #isWithinReach(
    position: number,
    { first, product, width }: { first: number; product: number; width: number },
  ): boolean {
    const { facings, facingWidth } = this.#positions[position]!;
    const stretch = this.#products[product]!.right - this.#products[first]!.left;
    return stretch <= (facings + stretchSlack) * Math.max(facingWidth, width);
  }

  #worth(position: number, product: number): number {
    const { at, closeness } = this.#positions[position]!;
    return this.#more + closeness * (1 - Math.abs(at - this.#spots[product]!) / 2);
  }
}

/** Where each product is in the row, 0..1: equal products beside each other count as one, as they do in a plan. */
function spotsOf(products: readonly SeenProduct[]): number[] {
  let group = -1;
  const groups = products.map(({ itemId }, index) => (itemId === products[index - 1]?.itemId ? group : ++group));
  return groups.map((one) => (one + 0.5) / (group + 1));
}
