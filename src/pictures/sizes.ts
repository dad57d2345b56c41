/** Widths of derived pictures in pixels. */
export const pictureWidths = [320, 640, 1280, 2560] as const;

/** `full`: as wide as the picture itself. */
export type PictureSize = (typeof pictureWidths)[number] | 'full';

/**
 * The size for a client that needs this many pixels: the smallest that is at least as wide, and `full` above the largest. There are
 * no other sizes, because each is a stored file.
 */
export function roundUp(width: number): PictureSize {
  return pictureWidths.find((candidate) => candidate >= width) ?? 'full';
}

/**
 * The canonical one of all identical sizes: pictures are never enlarged, so for a picture of 500 pixels, 640, 1280 and `full` are
 * the same.
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

/** In the form for links and names; `readSize` parses it. */
export function readSize(text: string): PictureSize | null {
  return pictureSizes.find((size) => String(size) === text) ?? null;
}

export const pictureSizes: readonly PictureSize[] = [...pictureWidths, 'full'];
