import type { Box, Size } from './box.ts';

/** Squares along the longer side of a region: no face can be recognised in 6 × 6 squares. */
const squaresPerSide = 6;

/**
 * Replaces each square of a region by its mean colour, in place. Nothing of the pixels is left, unlike after a blur, which can be
 * undone in part.
 *
 * @param rgb three bytes a pixel, without padding
 * @param region whole pixels inside the picture
 */
export function pixelate(rgb: Uint8Array, { width }: Size, region: Box): void {
  const side = Math.max(1, Math.ceil(Math.max(region.width, region.height) / squaresPerSide));
  for (let y = region.y; y < region.y + region.height; y += side) {
    for (let x = region.x; x < region.x + region.width; x += side) {
      const right = Math.min(x + side, region.x + region.width);
      const bottom = Math.min(y + side, region.y + region.height);
      fill(rgb, width, { x, y, right, bottom });
    }
  }
}

function fill(
  rgb: Uint8Array,
  width: number,
  { x, y, right, bottom }: { x: number; y: number; right: number; bottom: number },
): void {
  const sums = [0, 0, 0];
  const eachByte = (use: (at: number, channel: number) => void) => {
    for (let row = y; row < bottom; row++)
      for (let at = (row * width + x) * 3; at < (row * width + right) * 3; at += 3)
        for (let channel = 0; channel < 3; channel++) use(at + channel, channel);
  };
  eachByte((at, channel) => {
    sums[channel]! += rgb[at]!;
  });
  const count = (right - x) * (bottom - y);
  const means = sums.map((sum) => Math.round(sum / count));
  eachByte((at, channel) => {
    rgb[at] = means[channel]!;
  });
}
