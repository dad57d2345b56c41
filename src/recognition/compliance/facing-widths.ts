import type { Fixture, PlannedPosition } from './plan.ts';
import { median, type SeenProduct, type SeenShelf, widthOf } from './seen.ts';

/** The sizes that a plan has in a picture. */
export interface PictureScale {
  /** What one facing of a position on a seen shelf takes of it, in pixels. */
  facingWidth(position: PlannedPosition, shelf: SeenShelf | null): number;
  /** null: no product of known width was found. */
  pixelsPerMetre: number | null;
}

/** A product whose box is this close to the edge of the picture, as a fraction of the picture's size, may be cut off. */
export const edge = 0.005;

/**
 * Measures a picture: a facing is as wide as others of its item in the picture, otherwise as wide as the plan says, otherwise as wide
 * as most on its shelf. To that comes the usual space between products. Products at the edges of the picture are left out, since they
 * may be cut off, unless there are no others.
 */
export function measureScale(
  { shelves }: Fixture,
  seen: readonly SeenShelf[],
  picture: { width: number },
): PictureScale {
  const products = wholeOnes(
    seen.flatMap((shelf) => shelf.products),
    picture,
  );
  const widths = new Map(
    [...Map.groupBy(products, ({ itemId }) => itemId)].map(([itemId, found]) => [itemId, median(found.map(widthOf))]),
  );
  const metres = new Map(
    shelves.flatMap(({ positions }) =>
      positions.flatMap(({ itemId, width }) => (width === null ? [] : [[itemId, width] as const])),
    ),
  );
  const scales = products.flatMap((product) => {
    const width = metres.get(product.itemId ?? '');
    return width === undefined ? [] : [widthOf(product) / width];
  });
  const pixelsPerMetre = scales.length === 0 ? null : median(scales);
  const usual = median(products.map(widthOf));
  const space = usualSpace(seen, usual);
  const ownWidth = ({ itemId, width }: PlannedPosition, shelf: SeenShelf | null): number => {
    const measured = widths.get(itemId);
    if (measured !== undefined) return measured;
    if (width !== null && pixelsPerMetre !== null) return width * pixelsPerMetre;
    return shelf === null ? usual : median(wholeOnes(shelf.products, picture).map(widthOf));
  };
  return { pixelsPerMetre, facingWidth: (position, shelf) => ownWidth(position, shelf) + space };
}

function wholeOnes(products: readonly SeenProduct[], { width }: { width: number }): readonly SeenProduct[] {
  const whole = products.filter(({ left, right }) => left > edge * width && right < (1 - edge) * width);
  return whole.length > 0 ? whole : products;
}

/** Between neighbours that are not further apart than a product. */
function usualSpace(seen: readonly SeenShelf[], width: number): number {
  const spaces = seen.flatMap(({ products }) => {
    const standing = products.filter(({ level }) => level === 0);
    return standing.slice(1).map(({ left }, index) => left - standing[index]!.right);
  });
  const usual = spaces.filter((space) => space < width);
  return usual.length === 0 ? 0 : Math.max(0, median(usual));
}
