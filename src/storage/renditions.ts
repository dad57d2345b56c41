/** Widths in pixels that images are also stored in. */
export const renditionWidths = [320, 1280] as const;
export type RenditionWidth = (typeof renditionWidths)[number];

/** The format of renditions, whatever that of the original is. */
export const renditionMimeType = 'image/jpeg';

/** The smallest rendition that is at least as wide as wanted (pixels); null: the original, also when none is as wide. */
export function findRendition(width: number | null | undefined): RenditionWidth | null {
  if (width == null) return null;
  return renditionWidths.find((candidate) => candidate >= width) ?? null;
}
