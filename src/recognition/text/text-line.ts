import type { Box } from '../box.ts';
import type { CornerNumbers } from '../rounding.ts';
import { areaInside, areaOf, boxAround, type Quadrilateral } from './quadrilateral.ts';

/** A line of text in a picture. Stored results are rounded (rounding.ts). */
export interface TextLine {
  text: string;
  /** Mean probability of its characters, 0..1. */
  confidence: number;
  /** In pixels of the picture, clockwise from the top left corner of its first character. */
  corners: CornerNumbers;
  /** Index of the detection that it is on; null: none. */
  detection: number | null;
}

/** Share of the area of a line, or of anything that is printed, that lies in the box of a detection, from which it is on the product. */
export const insideFrom = 0.6;

/** Assigns lines to detections, and puts them in reading order: from top to bottom, and from left to right where they are level. */
export function arrangeLines(
  lines: readonly { text: string; confidence: number; corners: Quadrilateral }[],
  detections: readonly Box[],
): TextLine[] {
  return inReadingOrder(lines).map(({ text, confidence, corners }) => ({
    text,
    confidence,
    corners: corners.flatMap(({ x, y }) => [x, y]) as CornerNumbers,
    detection: detectionOf(corners, detections),
  }));
}

/** Of several boxes that contain it, the smallest: the others are around more than one product. */
function detectionOf(corners: Quadrilateral, detections: readonly Box[]): number | null {
  const area = areaOf(corners);
  let best: number | null = null;
  for (const [index, box] of detections.entries()) {
    if (areaInside(corners, box) < insideFrom * area) continue;
    if (best === null || box.width * box.height < detections[best]!.width * detections[best]!.height) best = index;
  }
  return best;
}

function inReadingOrder<L extends { corners: Quadrilateral }>(lines: readonly L[]): L[] {
  const placed = lines
    .map((line) => ({ line, box: boxAround(line.corners) }))
    .sort((a, b) => middle(a.box) - middle(b.box));
  const rows: (typeof placed)[] = [];
  for (const each of placed) {
    const row = rows.at(-1);
    if (row && isLevel(row[0]!.box, each.box)) row.push(each);
    else rows.push([each]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box.x - b.box.x).map(({ line }) => line));
}

function middle({ y, height }: Box): number {
  return y + height / 2;
}

/** Whether they stand side by side: the middle of the lower one is not below half of the upper one's height. */
function isLevel(upper: Box, lower: Box): boolean {
  return middle(lower) - middle(upper) < Math.min(upper.height, lower.height) / 2;
}

/**
 * What is on a detection, line by line; null if text was not read.
 * @param detection its index; null: it was not found, so no line belongs to it
 */
export function textOf(texts: readonly TextLine[] | null | undefined, detection: number | null): string | null {
  if (!texts || detection === null) return null;
  return texts
    .filter((line) => line.detection === detection)
    .map(({ text }) => text)
    .join('\n');
}
