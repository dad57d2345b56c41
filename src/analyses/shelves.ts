import type { Detection } from '../recognition/detection.ts';
import { placesOf } from '../recognition/places-of.ts';

/** A facing on a shelf; `detection` is its index in the result. */
export interface ShelfPosition {
  index: number;
  level: number;
  detection: number;
}

export interface Shelf {
  index: number;
  /** x, y, width, height of the box around everything on it, in pixels. */
  box: [number, number, number, number];
  /** From left to right, each stack from the bottom up. */
  positions: ShelfPosition[];
}

/** The detections of a result as shelves, from top to bottom. */
export function toShelves(detections: readonly Detection[]): Shelf[] {
  const shelves: Shelf[] = [];
  placesOf(detections).forEach(({ shelf: index, position, level }, detection) => {
    shelves[index] ??= { index, box: detections[detection]!.box, positions: [] };
    const shelf = shelves[index];
    shelf.box = around(shelf.box, detections[detection]!.box);
    shelf.positions.push({ index: position, level, detection });
  });
  for (const { positions } of shelves) positions.sort((a, b) => a.index - b.index || a.level - b.level);
  return shelves;
}

function around(a: Shelf['box'], b: Shelf['box']): Shelf['box'] {
  const [x, y] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}
