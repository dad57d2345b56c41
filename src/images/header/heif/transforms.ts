import { brokenHeader } from '../unreadable-picture.ts';
import { type Box, Cursor } from './boxes.ts';

/** Part of a picture in pixels. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Shown {
  /** The part of the stored picture that is displayed. */
  crop: Region;
  /** How that part is rotated: an EXIF orientation, 1 to 8. */
  orientation: number;
}

/** Right and down in the displayed picture, as directions in the stored one. */
type Turn = readonly [right: readonly [number, number], down: readonly [number, number]];

/** The axes of EXIF orientations 1 to 8. */
const turns: readonly Turn[] = [
  [
    [1, 0],
    [0, 1],
  ],
  [
    [-1, 0],
    [0, 1],
  ],
  [
    [-1, 0],
    [0, -1],
  ],
  [
    [1, 0],
    [0, -1],
  ],
  [
    [0, 1],
    [1, 0],
  ],
  [
    [0, -1],
    [1, 0],
  ],
  [
    [0, -1],
    [-1, 0],
  ],
  [
    [0, 1],
    [-1, 0],
  ],
];

/** Crops (clap), rotates (irot) and mirrors (imir) a picture in the order of its properties. */
export function applyTransforms(size: { width: number; height: number }, properties: readonly Box[]): Shown {
  let crop: Region = { left: 0, top: 0, ...size };
  let turn: Turn = turns[0]!;
  for (const { type, body } of properties) {
    if (type === 'clap') crop = cropTo(crop, turn, readAperture(new Cursor(body)));
    else if (type === 'irot') turn = rotateLeft(turn, body.readUInt8(0) & 3);
    else if (type === 'imir')
      turn = (body.readUInt8(0) & 1) === 1 ? [negate(turn[0]), turn[1]] : [turn[0], negate(turn[1])];
  }
  const orientation = turns.findIndex((one) => String(one) === String(turn)) + 1;
  return { crop, orientation };
}

function negate([x, y]: Turn[0]): Turn[0] {
  return [x === 0 ? 0 : -x, y === 0 ? 0 : -y];
}

/** A quarter turn anticlockwise: what pointed right in the stored picture points up. */
function rotateLeft(turn: Turn, quarters: number): Turn {
  let [right, down] = turn;
  for (let left = quarters; left > 0; left -= 1) [right, down] = [down, negate(right)];
  return [right, down];
}

/** As in the box: fractions, with the offset from the centre of what was displayed before. */
interface Aperture {
  width: number;
  height: number;
  offsetX: number;
  offsetY: number;
}

function readAperture(cursor: Cursor): Aperture {
  const fraction = () => cursor.int32() / cursor.int32();
  return { width: fraction(), height: fraction(), offsetX: fraction(), offsetY: fraction() };
}

/** Rounded as libheif does it, which decodes AVIF with its crop. */
function cropTo(crop: Region, [right, down]: Turn, aperture: Aperture): Region {
  const isTurned = right[0] === 0;
  const [width, height] = isTurned ? [aperture.height, aperture.width] : [aperture.width, aperture.height];
  const offsetX = right[0] * aperture.offsetX + down[0] * aperture.offsetY;
  const offsetY = right[1] * aperture.offsetX + down[1] * aperture.offsetY;
  const across = cut(crop.width, width, offsetX);
  const along = cut(crop.height, height, offsetY);
  return { left: crop.left + across.start, width: across.length, top: crop.top + along.start, height: along.length };
}

function cut(whole: number, wanted: number, offset: number): { start: number; length: number } {
  const first = Math.floor(offset + (whole - wanted) / 2);
  const start = Math.max(first, 0);
  const end = Math.min(first + Math.round(wanted), whole);
  // NaN if the box divides by zero.
  if (!(end > start)) throw brokenHeader('HEIF');
  return { start, length: end - start };
}
