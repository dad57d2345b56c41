/** Widths in pixels that pictures are made in. */
export const pictureWidths = [320, 640, 1280, 2560] as const;

/** `full`: as wide as the picture itself. */
export type PictureSize = (typeof pictureWidths)[number] | 'full';

/**
 * The size that a client is given who needs so many pixels: the smallest that is at least as wide, and `full` above the largest.
 * So many sizes and no more: each is a file that is kept.
 */
export function roundUp(width: number): PictureSize {
  return pictureWidths.find((candidate) => candidate >= width) ?? 'full';
}

/**
 * The one size that stands for all that look the same: nothing is enlarged, so of a picture of 500 pixels those of 640, 1280 and
 * `full` are one.
 */
export function fitSize(size: PictureSize, fullWidth: number): PictureSize {
  const largest = roundUp(fullWidth);
  if (size === 'full' || (largest !== 'full' && size > largest)) return largest;
  return size;
}

/** Width in pixels of a picture of this size, never enlarged. */
export function widthOf(size: PictureSize, fullWidth: number): number {
  return size === 'full' ? fullWidth : Math.min(size, fullWidth);
}

/** As a parameter of links and a part of names; `readSize` reads it. */
export function readSize(text: string): PictureSize | null {
  return pictureSizes.find((size) => String(size) === text) ?? null;
}

export const pictureSizes: readonly PictureSize[] = [...pictureWidths, 'full'];
