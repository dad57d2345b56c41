import type { Size } from '../box.ts';
import { distance, type Quadrilateral } from './quadrilateral.ts';

/** Samples along each side of a pixel of the result at most: enough for letters 400 pixels high. */
const mostSamples = 8;

/** The size of a line that is scaled to a height, with its proportions kept. */
export function straightSize(corners: Quadrilateral, height: number, maxWidth: number): Size {
  const [topLeft, topRight, bottomRight, bottomLeft] = corners;
  const long = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight));
  const high = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight));
  return { width: Math.min(maxWidth, Math.max(1, Math.ceil((height * long) / Math.max(high, 1)))), height };
}

/**
 * Cuts a quadrilateral out of an RGB picture (3 bytes a pixel) and stretches it to an upright rectangle, bilinearly. Where the
 * rectangle is smaller, the mean of several samples counts, so that thin strokes do not disappear.
 */
export function straighten(
  picture: Size & { rgb: Uint8Array },
  [topLeft, topRight, bottomRight, bottomLeft]: Quadrilateral,
  { width, height }: Size,
): Uint8Array {
  const result = new Uint8Array(width * height * 3);
  const shrunkX = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight)) / width;
  const shrunkY = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)) / height;
  const [columns, rows] = [samplesFor(shrunkX), samplesFor(shrunkY)];
  const sum = new Float64Array(3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      sum.fill(0);
      for (let row = 0; row < rows; row++) {
        const down = (y + (row + 0.5) / rows) / height;
        for (let column = 0; column < columns; column++) {
          const right = (x + (column + 0.5) / columns) / width;
          const [a, b, c, d] = [(1 - right) * (1 - down), right * (1 - down), right * down, (1 - right) * down];
          addSample(
            picture,
            a * topLeft.x + b * topRight.x + c * bottomRight.x + d * bottomLeft.x,
            a * topLeft.y + b * topRight.y + c * bottomRight.y + d * bottomLeft.y,
            sum,
          );
        }
      }
      for (let channel = 0; channel < 3; channel++) result[to + channel] = Math.round(sum[channel]! / (rows * columns));
    }
  }
  return result;
}

function samplesFor(shrunk: number): number {
  return Math.min(mostSamples, Math.max(1, Math.round(shrunk)));
}

/** Adds the colour at a point, between the centres of four pixels; beyond its edges, the picture's outermost pixels are repeated. */
function addSample({ rgb, width, height }: Size & { rgb: Uint8Array }, x: number, y: number, sum: Float64Array): void {
  const left = Math.min(width - 1, Math.max(0, x - 0.5));
  const top = Math.min(height - 1, Math.max(0, y - 0.5));
  const [column, row] = [Math.floor(left), Math.floor(top)];
  const [shareX, shareY] = [left - column, top - row];
  const right = column + 1 < width ? 3 : 0;
  const below = row + 1 < height ? width * 3 : 0;
  const at = (row * width + column) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const here = at + channel;
    const upper = rgb[here]! + shareX * (rgb[here + right]! - rgb[here]!);
    const lower = rgb[here + below]! + shareX * (rgb[here + below + right]! - rgb[here + below]!);
    sum[channel]! += upper + shareY * (lower - upper);
  }
}
