import type { Box, Size } from '../../../recognition/box.ts';

/** A labelled box. */
export interface DrawnBox extends Box {
  category: string;
  /** COCO's iscrowd: a region to ignore. */
  crowd: boolean;
}

/** The labels of one picture as read from a label file, before the picture is read. */
export interface LabelEntry {
  /** Possible names of the picture, with or without the extension; the first one that is in the folder is used. */
  names: readonly string[];
  /** Size of the picture in pixels according to the labels; null if they do not say. */
  size: Size | null;
  /** The unit of boxes: pixels of the picture, or fractions (0..1) of its width and height. */
  unit: 'pixels' | 'shares';
  boxes: DrawnBox[];
}

export type LabelFormat = 'COCO' | 'LabelMe' | 'YOLO' | 'Label Studio';

/** The contents of the label files of one format. */
export interface LabelFile {
  format: LabelFormat;
  entries: LabelEntry[];
  /** Sentences that say how ambiguous labels were interpreted. */
  notes: string[];
}

/** The smallest upright box around points; null when it has no width or no height. */
export function boxAround(points: readonly (readonly [x: number, y: number])[]): Box | null {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y];
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** The last part of a path that a labelling tool wrote on any system. */
export function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}
