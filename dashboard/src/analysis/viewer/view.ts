/** Where a picture lies in its frame: a point of the picture is at `x + point.x * scale` of the frame. Pixels of CSS. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A pixel of the picture becomes at most so large. */
const largestScale = 8;

/** The whole picture, in the middle of the frame. */
export function fitInto(frame: Size, picture: Size): View {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { scale, x: (frame.width - picture.width * scale) / 2, y: (frame.height - picture.height * scale) / 2 };
}

/** How often a part that is looked at fits into the frame, so that its neighbours are seen, too. */
const timesAround = 3;

/** A part of the picture in the middle of the frame, with what is around it. @param part in parts of the picture */
export function fitPart({ x, y, width, height }: Point & Size, frame: Size, picture: Size): View {
  const smallest = fitInto(frame, picture).scale;
  const wanted =
    Math.min(frame.width / (width * picture.width), frame.height / (height * picture.height)) / timesAround;
  const scale = clamp(wanted, smallest, Math.max(largestScale / 2, smallest));
  const middle = { x: (x + width / 2) * picture.width * scale, y: (y + height / 2) * picture.height * scale };
  return settle({ scale, x: frame.width / 2 - middle.x, y: frame.height / 2 - middle.y }, frame, picture);
}

/** Larger or smaller by a factor, with the point of the picture below `at` staying where it is. */
export function zoom(view: View, factor: number, at: Point, frame: Size, picture: Size): View {
  const smallest = fitInto(frame, picture).scale;
  const scale = clamp(view.scale * factor, smallest, Math.max(largestScale, smallest));
  const ratio = scale / view.scale;
  return settle({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, frame, picture);
}

export function pan(view: View, by: Point, frame: Size, picture: Size): View {
  return settle({ ...view, x: view.x + by.x, y: view.y + by.y }, frame, picture);
}

/** The picture fills the frame where it is large enough to, and stands in the middle where it is not. */
function settle({ x, y, scale }: View, frame: Size, picture: Size): View {
  return {
    scale,
    x: settleAxis(x, frame.width, picture.width * scale),
    y: settleAxis(y, frame.height, picture.height * scale),
  };
}

function settleAxis(offset: number, frame: number, picture: number): number {
  return picture <= frame ? (frame - picture) / 2 : clamp(offset, frame - picture, 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
