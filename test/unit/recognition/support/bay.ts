import type { Fixture, Orientation, PlannedShelf } from '../../../../src/recognition/compliance/plan.ts';
import type { PlacedDetection } from '../../../../src/recognition/compliance/seen.ts';

/** Products of one item beside each other on a shelf. Metres. */
export interface Block {
  itemId: string | null;
  facings: number;
  stack: number;
  width: number;
  height: number;
}

/** A gap on a shelf, in metres. */
export type OnShelf = Block | { gap: number };

/** Shelves from top to bottom, each with its height, in metres, and what is on it from left to right. */
export interface Bay {
  heights: number[];
  shelves: OnShelf[][];
}

export interface Picture {
  width: number;
  height: number;
  detections: PlacedDetection[];
}

const pixelsPerMetre = 1_000;
/** Around the bay. */
const margin = 0.12;
const betweenProducts = 0.004;

export function isBlock(entry: OnShelf): entry is Block {
  return 'itemId' in entry;
}

/** The plan of a bay that is as it should be. */
export function planOf({ heights, shelves }: Bay, withMetres = true): Fixture {
  return {
    shelves: shelves.map(
      (entries, shelf): PlannedShelf => ({
        height: withMetres ? heights[shelf]! : null,
        width: null,
        positions: entries.filter(isBlock).map(({ itemId, facings, stack, width }) => ({
          itemId: itemId!,
          facings,
          stack,
          orientation: 'FRONT' satisfies Orientation,
          width: withMetres ? width : null,
        })),
      }),
    ),
  };
}

/** The whole bay, straight from the front. */
export function takePicture({ heights, shelves }: Bay): Picture {
  let foot = margin;
  const detections = shelves.flatMap((entries, shelf) => {
    foot += heights[shelf]!;
    return standing(entries, shelf, foot);
  });
  const right = Math.max(...detections.map(({ box: [x, , width] }) => x + width));
  return { width: right + margin * pixelsPerMetre, height: (foot + margin) * pixelsPerMetre, detections };
}

function standing(entries: readonly OnShelf[], shelf: number, foot: number): PlacedDetection[] {
  let left = margin;
  let position = -1;
  return entries.flatMap((entry) => {
    if (!isBlock(entry)) {
      left += entry.gap;
      return [];
    }
    return Array.from({ length: entry.facings }, () => {
      position += 1;
      const x = left;
      left += entry.width + betweenProducts;
      return Array.from(
        { length: entry.stack },
        (_, level): PlacedDetection => ({
          itemId: entry.itemId,
          box: toPixels([x, foot - (level + 1) * entry.height, entry.width, entry.height]),
          place: [shelf, position, level],
        }),
      );
    }).flat();
  });
}

function toPixels([x, y, width, height]: [number, number, number, number]): [number, number, number, number] {
  return [x * pixelsPerMetre, y * pixelsPerMetre, width * pixelsPerMetre, height * pixelsPerMetre];
}

/** The part of a picture between these fractions of its sides. A product is found if half of it or more is left. */
export function crop(picture: Picture, cut: { left?: number; right?: number; top?: number; bottom?: number }): Picture {
  const [left, right] = [(cut.left ?? 0) * picture.width, (1 - (cut.right ?? 0)) * picture.width];
  const [top, bottom] = [(cut.top ?? 0) * picture.height, (1 - (cut.bottom ?? 0)) * picture.height];
  const kept = picture.detections.flatMap(({ box: [x, y, width, height], ...rest }) => {
    const [x0, x1] = [Math.max(x, left), Math.min(x + width, right)];
    const [y0, y1] = [Math.max(y, top), Math.min(y + height, bottom)];
    const isFound = x1 - x0 >= width / 2 && y1 - y0 >= height / 2;
    return isFound
      ? [{ ...rest, box: [x0 - left, y0 - top, x1 - x0, y1 - y0] as [number, number, number, number] }]
      : [];
  });
  return { width: right - left, height: bottom - top, detections: countAgain(kept) };
}

/** Places are those within the picture. */
function countAgain(detections: readonly PlacedDetection[]): PlacedDetection[] {
  const ranks = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  const shelves = ranks(detections.map(({ place }) => place![0]));
  return detections.map((detection) => {
    const [shelf, position, level] = detection.place!;
    const beside = detections.filter(({ place }) => place![0] === shelf);
    const below = beside.filter(({ place }) => place![1] === position);
    return {
      ...detection,
      place: [
        shelves.indexOf(shelf),
        ranks(beside.map(({ place }) => place![1])).indexOf(position),
        ranks(below.map(({ place }) => place![2])).indexOf(level),
      ],
    };
  });
}
