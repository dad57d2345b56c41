import { type Box, pixelRegion, type Size, widened } from '../box.ts';

/**
 * The part of a picture that hides the head of a person in this box, in whole pixels. Of somebody who stands upright it is the top
 * third or so; the closer somebody is, the more of the box is the head, and of somebody who lies it may be anywhere.
 */
export function headRegion(box: Box, picture: Size): Box {
  const height = Math.min(box.height, Math.max(0.25 * box.height, 0.8 * box.width));
  // Boxes often begin below the hair.
  return pixelRegion(widened({ ...box, height }, 0.12 * Math.min(height, box.width), picture), picture);
}

/** The part of a picture that hides the whole person, in whole pixels. */
export function bodyRegion(box: Box, picture: Size): Box {
  return pixelRegion(widened(box, 0.05 * Math.max(box.width, box.height), picture), picture);
}
