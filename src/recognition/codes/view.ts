import type { Box, Size } from '../box.ts';
import type { Point } from './code.ts';

/** A part of a picture as the reader sees it: scaled, and turned about its centre. */
export interface View {
  /** In whole pixels of the picture, inside it. */
  region: Box;
  /** Pixels of the view per pixel of the picture. */
  scale: number;
  /** Degrees, clockwise. */
  angle: 0 | 45;
}

/** A picture in shades of grey, a byte a pixel. */
export interface GreyPicture extends Size {
  grey: Uint8Array;
}

/** The size of a view in pixels; a turned one has white corners. */
export function viewSize({ region, scale, angle }: View): Size {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return {
    width: Math.max(1, Math.round(region.width * cos + region.height * sin)),
    height: Math.max(1, Math.round(region.width * sin + region.height * cos)),
  };
}

/** Where a point of a view is in the picture. */
export function toPicture(view: View, [x, y]: Point): Point {
  const { region } = view;
  const size = viewSize(view);
  const turn = (view.angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn) / view.scale, Math.sin(turn) / view.scale];
  const [right, down] = [x - size.width / 2, y - size.height / 2];
  return [
    region.x + region.width / 2 + cos * right + sin * down,
    region.y + region.height / 2 - sin * right + cos * down,
  ];
}

const opaque = 0xff000000;
const white = 0xffffffff;

/** The pixels of a view, 4 bytes each (RGBA), because the reader takes no others. Between pixels it is bilinear. */
export function drawView(picture: GreyPicture, view: View): Size & { rgba: Uint8ClampedArray<ArrayBuffer> } {
  const size = viewSize(view);
  const pixels = new Uint32Array(size.width * size.height);
  if (view.scale === 1 && view.angle === 0) copyRegion(picture, view.region, pixels);
  else sampleRegion(picture, view, size, pixels);
  return { ...size, rgba: new Uint8ClampedArray(pixels.buffer) };
}

function copyRegion({ grey, width }: GreyPicture, region: Box, pixels: Uint32Array): void {
  let to = 0;
  for (let y = region.y; y < region.y + region.height; y++)
    for (let x = region.x; x < region.x + region.width; x++) pixels[to++] = toRgba(grey[y * width + x]!);
}

function sampleRegion(picture: GreyPicture, view: View, size: Size, pixels: Uint32Array): void {
  const { region } = view;
  // The centre of the first pixel, and the steps from one pixel to the next along a row and down a column.
  const [startX, startY] = toPicture(view, [0.5, 0.5]);
  const [rightX, rightY] = toPicture(view, [1.5, 0.5]);
  const [downX, downY] = toPicture(view, [0.5, 1.5]);
  const [left, top] = [region.x, region.y];
  const [right, bottom] = [region.x + region.width, region.y + region.height];
  let to = 0;
  for (let row = 0; row < size.height; row++) {
    let x = startX + row * (downX - startX);
    let y = startY + row * (downY - startY);
    for (let column = 0; column < size.width; column++, to++) {
      const isInside = x >= left && x < right && y >= top && y < bottom;
      pixels[to] = isInside ? toRgba(sample(picture, x - 0.5, y - 0.5)) : white;
      x += rightX - startX;
      y += rightY - startY;
    }
  }
}

function toRgba(grey: number): number {
  return (opaque | (grey * 0x010101)) >>> 0;
}

/** Between the four nearest pixels. x and y may lie half a pixel outside the picture. */
function sample({ grey, width, height }: GreyPicture, x: number, y: number): number {
  const left = Math.min(Math.max(Math.floor(x), 0), width - 1);
  const top = Math.min(Math.max(Math.floor(y), 0), height - 1);
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const across = Math.min(Math.max(x - left, 0), 1);
  const down = Math.min(Math.max(y - top, 0), 1);
  const above = grey[top * width + left]! * (1 - across) + grey[top * width + right]! * across;
  const below = grey[bottom * width + left]! * (1 - across) + grey[bottom * width + right]! * across;
  return (above * (1 - down) + below * down + 0.5) | 0;
}
