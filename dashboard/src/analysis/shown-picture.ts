/** The most that the largest rendition has; boxes are parts of the picture, so any size will do. */
const shownWidth = 2560;

interface Picture {
  url: string | null;
  preview: string | null;
  width: number | null;
  height: number | null;
}

/** A picture as the viewer shows it, in pixels of its largest rendition; null when it is not available. */
export function shownPicture(image: Picture | null) {
  if (!image?.url || image.width === null || image.height === null) return null;
  const scale = Math.min(1, shownWidth / image.width);
  return { url: image.url, preview: image.preview, width: image.width * scale, height: image.height * scale };
}
