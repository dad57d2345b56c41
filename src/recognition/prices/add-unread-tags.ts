import { type Box, intersectionArea } from '../box.ts';
import { boxOf, type TagLines } from './group-lines.ts';
import type { TagLine } from './read-lines.ts';

/** A tag with the rectangle around it, or around its text if only that shows it. */
export interface PlacedTag extends TagLines {
  box: Box;
}

/** Of the area of the smaller of two boxes, the part from which both are on one tag. */
const sameFrom = 0.25;

/**
 * The tags that their text shows, and those that only a detector has found, with what is legible on them. Where both have found one, the text
 * decides which lines are on it: boxes of the detector often reach over two tags, or over half of one.
 * @param found boxes of the detector, the most certain first. @param lines all lines that are on no product
 */
export function addUnreadTags(
  read: readonly TagLines[],
  found: readonly Box[],
  lines: readonly TagLine[],
): PlacedTag[] {
  const tags: PlacedTag[] = read.map((tag) => ({ ...tag, box: boxOf(tag) }));
  for (const box of found) {
    if (tags.some((tag) => areSame(tag.box, box))) continue;
    tags.push({ price: null, lines: lines.filter((line) => holdsMiddle(box, line.box)), box });
  }
  return tags;
}

function areSame(a: Box, b: Box): boolean {
  return intersectionArea(a, b) >= sameFrom * Math.min(a.width * a.height, b.width * b.height);
}

function holdsMiddle(outer: Box, inner: Box): boolean {
  const [x, y] = [inner.x + inner.width / 2, inner.y + inner.height / 2];
  return x >= outer.x && x <= outer.x + outer.width && y >= outer.y && y <= outer.y + outer.height;
}
