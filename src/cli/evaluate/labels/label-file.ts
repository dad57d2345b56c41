import type { Box, Size } from '../../../recognition/box.ts';

/** A box that somebody drew, with the label they gave it. */
export interface DrawnBox extends Box {
  category: string;
  /** COCO's iscrowd: a region to ignore. */
  crowd: boolean;
}

/** The labels of one picture as a label file has them, before anybody has looked at the picture. */
export interface LabelEntry {
  /** What the picture may be called, with or without its ending; the first that is in the folder is it. */
  names: readonly string[];
  /** Pixels of the picture as the labels have it; null when they do not say. */
  size: Size | null;
  /** What boxes are measured in: pixels of the picture, or shares (0..1) of its width and height. */
  unit: 'pixels' | 'shares';
  boxes: DrawnBox[];
}

export type LabelFormat = 'COCO' | 'LabelMe' | 'YOLO' | 'Label Studio';

/** What the label files of one format hold. */
export interface LabelFile {
  format: LabelFormat;
  entries: LabelEntry[];
  /** Sentences about what was done with labels that can be read in more than one way. */
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
