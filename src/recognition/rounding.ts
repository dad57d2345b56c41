/** x, y, width and height of a box, in the form of stored results. */
export type BoxNumbers = [x: number, y: number, width: number, height: number];

/** x and y of the four corners of a quadrilateral, in the form of stored results. */
export type CornerNumbers = [number, number, number, number, number, number, number, number];

/**
 * Steps per unit. Models determine neither an edge to a tenth of a pixel nor a probability to five digits; further digits are
 * noise, which would be half of the JSON of a result.
 */
const stepsPerPixel = 10;
const stepsPerUnit = 100_000;

/** A box in pixels, to 0.1. */
export function roundPixels(box: Readonly<BoxNumbers>): BoxNumbers {
  return roundEdges(box, stepsPerPixel);
}

/** Corners in pixels, to 0.1. */
export function roundCorners(corners: Readonly<CornerNumbers>): CornerNumbers {
  return corners.map((value) => Math.round(value * stepsPerPixel) / stepsPerPixel) as CornerNumbers;
}

/** A box in fractions of its picture, to 0.00001. */
export function roundFractions(box: Readonly<BoxNumbers>): BoxNumbers {
  return roundEdges(box, stepsPerUnit);
}

/** A probability or share, to 0.00001. */
export function roundShare(share: number): number {
  return Math.round(share * stepsPerUnit) / stepsPerUnit;
}

/**
 * Rounds the edges rather than the sizes, so that boxes that touch still do, and none reaches beyond its picture. No box becomes
 * empty.
 */
function roundEdges([x, y, width, height]: Readonly<BoxNumbers>, steps: number): BoxNumbers {
  const [left, top] = [Math.round(x * steps), Math.round(y * steps)];
  const columns = Math.max(1, Math.round((x + width) * steps) - left);
  const rows = Math.max(1, Math.round((y + height) * steps) - top);
  return [left / steps, top / steps, columns / steps, rows / steps];
}
