import type { Box, Size } from '../box.ts';

/** How certainly each pixel belongs to a line of text: 0 to 255, row by row. */
export interface TextMap extends Size {
  values: Uint8Array;
}

/** A part of a picture that is looked at alone. */
export interface TextTile {
  /** Where it is. All tiles of a picture have the same size. */
  region: Box;
  /** The part of the region that counts: it ends in the middle of the overlap with its neighbours. */
  kept: Box;
}

/**
 * Pixels that neighbouring tiles share. Near its edge a tile shows letters that are cut off, which the model does not recognise as
 * such.
 */
export const tileOverlap = 96;

/**
 * Covers a picture with overlapping tiles of equal size, row by row. They are not larger than they must be: a model takes as long as
 * its input has pixels.
 */
export function planTextTiles({ width, height }: Size, maxSide: number, multipleOf: number): TextTile[] {
  const columns = divide(width, maxSide, multipleOf);
  return divide(height, maxSide, multipleOf).flatMap((row) =>
    columns.map((column) => ({
      region: { x: column.start, y: row.start, width: column.length, height: row.length },
      kept: { x: column.from, y: row.from, width: column.to - column.from, height: row.to - row.from },
    })),
  );
}

interface Span {
  start: number;
  length: number;
  from: number;
  to: number;
}

function divide(total: number, maxSide: number, multipleOf: number): Span[] {
  if (total <= maxSide) return [{ start: 0, length: total, from: 0, to: total }];
  const count = Math.ceil((total - tileOverlap) / (maxSide - tileOverlap));
  const length = Math.min(maxSide, roundUp((total + (count - 1) * tileOverlap) / count, multipleOf));
  const starts = Array.from({ length: count }, (_, index) => Math.round((index * (total - length)) / (count - 1)));
  const edges = starts.slice(1).map((start, index) => Math.round((start + starts[index]! + length) / 2));
  return starts.map((start, index) => ({ start, length, from: edges[index - 1] ?? 0, to: edges[index] ?? total }));
}

export function roundUp(value: number, multipleOf: number): number {
  return Math.ceil(value / multipleOf) * multipleOf;
}

export function emptyTextMap({ width, height }: Size): TextMap {
  return { width, height, values: new Uint8Array(width * height) };
}

/** Writes the kept part of a tile into the map of the whole picture. @param found the tile's own map, 0..1, `width` values a row. */
export function pasteTile(map: TextMap, { region, kept }: TextTile, found: Float32Array, width: number): void {
  for (let row = 0; row < kept.height; row++) {
    let from = (kept.y - region.y + row) * width + kept.x - region.x;
    let to = (kept.y + row) * map.width + kept.x;
    for (const end = to + kept.width; to < end; to++, from++) map.values[to] = Math.round(found[from]! * 255);
  }
}
