import type { Detection } from '../detection.ts';
import { placesOf } from '../places-of.ts';

/** What of a detection says where a product stands. */
export type PlacedDetection = Pick<Detection, 'box' | 'itemId' | 'place'>;

/** A product in a picture. Edges are pixels. */
export interface SeenProduct {
  /** Its index in the list of detections. */
  detection: number;
  /** null: it was not named. */
  itemId: string | null;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** 0 stands on the shelf. */
  level: number;
}

/** A shelf in a picture. */
export interface SeenShelf {
  /** From left to right, each stack from the bottom up. At least one. */
  products: SeenProduct[];
  /** Where the products stand: the middle of their lower edges, in pixels from the top. */
  foot: number;
}

/** The shelves of a picture, from top to bottom. */
export function toSeenShelves(detections: readonly PlacedDetection[]): SeenShelf[] {
  const placed = placesOf(detections).map((place, index) => ({ place, product: toProduct(detections[index]!, index) }));
  return [...Map.groupBy(placed, ({ place }) => place.shelf)]
    .sort(([a], [b]) => a - b)
    .map(([, onShelf]) => {
      onShelf.sort((a, b) => a.place.position - b.place.position || a.place.level - b.place.level);
      const products = onShelf.map(({ product, place }) => ({ ...product, level: place.level }));
      return { products, foot: median(products.filter(({ level }) => level === 0).map(({ bottom }) => bottom)) };
    });
}

function toProduct({ box: [x, y, width, height], itemId }: PlacedDetection, detection: number) {
  return { detection, itemId, left: x, right: x + width, top: y, bottom: y + height };
}

/**
 * Of the width of the narrower neighbour: boxes are some per cent too large or small, so that a gap left by one facing may measure less
 * than one.
 */
export const leastGap = 0.9;

/** Whether there is room for a facing between neighbours on a shelf. */
export function isGapBetween(before: SeenProduct, after: SeenProduct): boolean {
  return after.left - before.right >= leastGap * Math.min(widthOf(before), widthOf(after));
}

/** The middle value; NaN if there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function widthOf({ left, right }: Pick<SeenProduct, 'left' | 'right'>): number {
  return right - left;
}

export function centreOf({ left, right }: Pick<SeenProduct, 'left' | 'right'>): number {
  return (left + right) / 2;
}
