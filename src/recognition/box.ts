/** Upright box in pixels; x and y are its top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A box that a detector proposes. */
export interface ScoredBox extends Box {
  /** Objectness 0..1. */
  score: number;
  /** Index into the detector's labels; null for a detector of one class. */
  label: number | null;
}

/** Shared area of two boxes, in square pixels. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0..1; 0 when both boxes are empty. */
export function overlap(a: Box, b: Box): number {
  const shared = intersectionArea(a, b);
  return shared === 0 ? 0 : shared / (a.width * a.height + b.width * b.height - shared);
}

/** The part of a box that lies inside the image; null when less than a pixel of it does. */
export function clampBox<B extends Box>(box: B, image: Size): B | null {
  const left = Math.max(0, box.x);
  const top = Math.max(0, box.y);
  const right = Math.min(image.width, box.x + box.width);
  const bottom = Math.min(image.height, box.y + box.height);
  if (right - left < 1 || bottom - top < 1) return null;
  return { ...box, x: left, y: top, width: right - left, height: bottom - top };
}

/** The box with `margin` pixels more on each side, as far as they lie inside the image. */
export function widened(box: Box, margin: number, image: Size): Box {
  const { x, y, width, height } = box;
  return (
    clampBox({ x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }, image) ?? box
  );
}

/** The same box as shares of the image's width and height, 0..1. */
export function normalizeBox(box: Box, image: Size): Box {
  return {
    x: box.x / image.width,
    y: box.y / image.height,
    width: box.width / image.width,
    height: box.height / image.height,
  };
}

/** The whole pixels that a box touches, at least one by one: what a crop is cut by. The box must lie inside the image. */
export function pixelRegion(box: Box, image: Size): Box {
  const x = Math.min(Math.floor(box.x), image.width - 1);
  const y = Math.min(Math.floor(box.y), image.height - 1);
  const right = Math.min(Math.ceil(box.x + box.width), image.width);
  const bottom = Math.min(Math.ceil(box.y + box.height), image.height);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}
