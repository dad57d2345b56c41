import { type Box, clampBox, pixelRegion, type Size } from '../box.ts';
import type { View } from './view.ts';

/** Pixels of a whole picture that are read at once: 12 megapixels take 48 MB as the reader wants them. Larger ones are scaled down. */
const mostPixels = 12_000_000;
/** Pixels of a view that is enlarged or turned: a code on it that is still too small is not seen by enlarging further. */
const mostViewPixels = 2_000_000;
/** Reading needs about 1.5 pixels a module, and 3 where nothing is enlarged; see docs/guide/codes.md. */
const enlargement = 2;
/** A view that is enlarged less shows nothing that the whole picture does not show. */
const leastEnlargement = 1.25;
/** Longer side of a detection in pixels. The shortest code, a QR code of 21 modules with its margin, takes 44 of them. */
const leastSide = 64;
/** A box may cut off the edge of a pack, and a code needs a bright margin. Share of the box on each side. */
const margin = 0.04;

/** The views of one detection, or of the whole picture. The reader itself turns views by 90 degrees. */
export interface ViewGroup {
  /** In pixels of the picture. */
  region: Box;
  views: View[];
}

/**
 * The views in which codes are looked for: the whole picture, then each detection that is large enough, the largest first.
 */
export function planViews(boxes: readonly Box[], picture: Size): ViewGroup[] {
  const whole = { x: 0, y: 0, ...picture };
  const scale = Math.min(1, Math.sqrt(mostPixels / (picture.width * picture.height)));
  const read = boxes
    .filter(({ width, height }) => Math.max(width, height) >= leastSide)
    .sort((a, b) => b.width * b.height - a.width * a.height)
    .map((box) => pixelRegion(clampBox(withMargin(box), picture) ?? box, picture));
  return [
    { region: whole, views: [{ region: whole, scale, angle: 0 }, ...closeViews(whole)] },
    ...read.map((region) => ({ region, views: closeViews(region) })),
  ];
}

function withMargin({ x, y, width, height }: Box): Box {
  return {
    x: x - margin * width,
    y: y - margin * height,
    width: width * (1 + 2 * margin),
    height: height * (1 + 2 * margin),
  };
}

/** Turned, a long region needs the square around its diagonal, which has many more pixels than the region. */
function turnedScale({ width, height }: Box): number {
  return Math.sqrt((2 * mostViewPixels) / ((width + height) ** 2 / 2));
}

/** Enlarged if that shows more than the whole picture does, and turned, because bars are read along rows and columns. */
function closeViews(region: Box): View[] {
  const scale = Math.min(enlargement, Math.sqrt(mostViewPixels / (region.width * region.height)));
  const turned: View = { region, scale: Math.min(scale, turnedScale(region)), angle: 45 };
  return scale < leastEnlargement ? [turned] : [{ region, scale, angle: 0 }, turned];
}
