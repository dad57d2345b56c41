import type { BoxNumbers, CornerNumbers } from '../rounding.ts';

/** The formats of codes that are read: those of packs, cases, shelf labels and posters. */
export const codeFormats = [
  'EAN_13',
  'EAN_8',
  'UPC_A',
  'UPC_E',
  'ITF_14',
  'DATABAR',
  'DATABAR_LIMITED',
  'DATABAR_EXPANDED',
  'CODE_128',
  'CODE_39',
  'QR_CODE',
  'MICRO_QR_CODE',
  'DATA_MATRIX',
] as const;

export type CodeFormat = (typeof codeFormats)[number];

export type Point = readonly [x: number, y: number];

/** A code as a reader finds it. */
export interface ReadCode {
  format: CodeFormat;
  /** The content as people read it. */
  value: string;
  /** In pixels of the picture, clockwise from its own top left corner. A barcode's are the ends of the lines that were read. */
  corners: CornerNumbers;
}

/** A barcode or matrix code in a picture, as results store it. */
export interface Code extends ReadCode {
  /** The product number in it, 14 digits; null: it has none. */
  gtin: string | null;
  /** Index of the detection that it lies in; null: in none. */
  detection: number | null;
}

/** The codes of a picture. */
export interface CodesFound {
  codes: ReadCode[];
  /** false: there may be more, because a limit was reached. */
  isComplete: boolean;
}

/** The four corners as points. */
export function pointsOf([ax, ay, bx, by, cx, cy, dx, dy]: Readonly<CornerNumbers>): [Point, Point, Point, Point] {
  return [
    [ax, ay],
    [bx, by],
    [cx, cy],
    [dx, dy],
  ];
}

/** The mean of its corners. */
export function centreOf(corners: Readonly<CornerNumbers>): Point {
  const points = pointsOf(corners);
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}

/** The upright rectangle around it. */
export function boxAround(corners: Readonly<CornerNumbers>): BoxNumbers {
  const points = pointsOf(corners);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}
