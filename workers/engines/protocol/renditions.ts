import type { DrawnDetection } from '../../../src/drawing/annotations.ts';
import type { Box } from '../../../src/recognition/box.ts';

/** A smaller copy of a picture, upright and without metadata. */
export interface Rendition {
  /** Pixels, never enlarged; null: as wide as the picture. */
  width: number | null;
  /** Absolute path, ending in .webp, else JPEG is written. The file is complete or does not exist. */
  target: string;
}

/** width: pixels, less than requested if the picture is narrower. */
export interface WrittenRendition {
  width: number;
  target: string;
  bytes: number;
}

/** Of a picture, in place of the whole: products on it, one a rendition, or the whole with what was found drawn on it. */
export type View =
  | { kind: 'regions'; boxes: readonly Box[] }
  | { kind: 'annotated'; detections: readonly DrawnDetection[]; minConfidence: number | null };
