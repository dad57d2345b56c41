import type { ShelfPair } from './align-shelves.ts';
import { edge } from './facing-widths.ts';
import type { Fixture } from './plan.ts';
import type { SeenShelf } from './seen.ts';

/** Where a planned shelf would be in the picture. */
export interface ShelfLocation {
  /** What products usually take of its height is in the picture. */
  isInPicture: boolean;
  /** A shelf of the picture at that height that is no other shelf of the plan; null: none. */
  seen: SeenShelf | null;
}

/** Of the distance to the shelf above: what products usually take of it. */
const filledPart = 0.6;
/** The part of that which must be inside the picture, so that products there would be found. */
const seenPart = 0.75;
/** Of the distance between shelves: a row this far from the expected height is still that shelf. */
const sameHeight = 0.35;
/** Finds out from the shelves that were recognised where the others would be. At least one pair. */
export function locateShelves(
  { shelves }: Fixture,
  {
    seen,
    pairs,
    picture,
    pixelsPerMetre,
  }: {
    seen: readonly SeenShelf[];
    pairs: readonly ShelfPair[];
    picture: { height: number };
    pixelsPerMetre: number | null;
  },
): ShelfLocation[] {
  const isMeasured = shelves.slice(1).every(({ height }) => height !== null);
  const heights = shelves.map(({ height }, index) => (isMeasured && index > 0 ? height! : 1));
  const depths = heights.map((_, index) => heights.slice(1, index + 1).reduce((sum, height) => sum + height, 0));
  const known = pairs.map((pair) => ({ depth: depths[pair.planned]!, foot: seen[pair.seen]!.foot }));
  const pixels = pixelsPerUnit(known) ?? (isMeasured ? pixelsPerMetre : null);
  // From one shelf alone nobody can tell how far away the next one is.
  if (pixels === null)
    return shelves.map((_, index) => ({
      isInPicture: pairs.some((pair) => pair.planned === index && topOf(seen[pair.seen]!) > edge * picture.height),
      seen: null,
    }));
  const free = new Set(seen.filter((_, index) => !pairs.some((pair) => pair.seen === index)));
  return shelves.map((_, index) => {
    const foot = footAt(depths[index]!, known, pixels);
    // Of the top shelf, nothing says how high it is.
    const distance = pixels * (index > 0 ? heights[index]! : (heights[1] ?? 1));
    const filled = filledPart * distance;
    const inside = Math.min(picture.height, foot) - Math.max(0, foot - filled);
    const isInPicture = inside >= seenPart * filled;
    const nearest = nearestShelf(free, foot);
    const own = nearest && Math.abs(nearest.foot - foot) <= sameHeight * distance ? nearest : null;
    return { isInPicture, seen: own };
  });
}

interface KnownHeight {
  /** In the units of the plan, from the top shelf. */
  depth: number;
  /** Pixels. */
  foot: number;
}

/** null: only one shelf is known. */
function pixelsPerUnit(known: readonly KnownHeight[]): number | null {
  const [top, bottom] = [known[0]!, known.at(-1)!];
  return bottom.depth > top.depth ? (bottom.foot - top.foot) / (bottom.depth - top.depth) : null;
}

/** Between the nearest known shelves, or beyond the nearest one. */
function footAt(depth: number, known: readonly KnownHeight[], pixels: number): number {
  const above = known.findLast((one) => one.depth <= depth);
  const below = known.find((one) => one.depth >= depth);
  if (!above || !below) {
    const nearest = (above ?? below)!;
    return nearest.foot + (depth - nearest.depth) * pixels;
  }
  const part = below.depth > above.depth ? (depth - above.depth) / (below.depth - above.depth) : 0;
  return above.foot + part * (below.foot - above.foot);
}

function topOf({ products }: SeenShelf): number {
  return Math.min(...products.map(({ top }) => top));
}

function nearestShelf(shelves: Iterable<SeenShelf>, foot: number): SeenShelf | null {
  const distance = (shelf: SeenShelf) => Math.abs(shelf.foot - foot);
  return [...shelves].sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
