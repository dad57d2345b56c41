import type { Box } from '../box.ts';
import { around, type TagLine } from './read-lines.ts';

/** The lines of one tag. */
export interface TagLines {
  /** The largest price; null: there is only a unit price. */
  price: TagLine | null;
  lines: TagLine[];
}

/** Heights of the price's line within which other lines of its tag are. */
const reach = 2.5;
/** Two prices this close, one above the other, are on one tag: the old one and the new one. */
const nearReach = 0.75;

/**
 * Groups lines to tags, each around a price: prices that are one above the other share a tag, and every other line belongs to the
 * nearest price, if one is near. Unit prices that are near no price are tags of their own.
 */
export function groupLines(lines: readonly TagLine[]): TagLines[] {
  const tags = groupPrices(lines.filter(({ price }) => price !== null));
  const others = lines.filter(({ price }) => price === null);
  const lonely = others.filter((line) => !attach(line, tags) && line.unitPrice !== null);
  const unitTags: TagLines[] = lonely.map((line) => ({ price: null, lines: [line] }));
  return [...tags, ...unitTags];
}

/** The largest first, so that the price to pay leads its tag. */
function groupPrices(prices: readonly TagLine[]): TagLines[] {
  const tags: TagLines[] = [];
  for (const price of [...prices].sort((a, b) => b.box.height - a.box.height)) {
    const near = tags.find(({ lines }) => lines.some(({ box }) => isStacked(box, price.box)));
    if (near) near.lines.push(price);
    else tags.push({ price, lines: [price] });
  }
  return tags;
}

function isStacked(a: Box, b: Box): boolean {
  const shared = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.max(a.height, b.height);
  return shared > 0.3 * Math.min(a.width, b.width) && gapBetween(a, b) < nearReach * height;
}

/** Adds a line to the nearest tag. @returns whether there is one near enough. */
function attach(line: TagLine, tags: readonly TagLines[]): boolean {
  let nearest: TagLines | null = null;
  let least = reach;
  for (const tag of tags) {
    const { box } = tag.price!;
    const gap = gapBetween(box, line.box) / box.height;
    // Larger letters than those of the price are not those of a tag.
    if (gap >= least || line.box.height > 1.2 * box.height) continue;
    [nearest, least] = [tag, gap];
  }
  nearest?.lines.push(line);
  return nearest !== null;
}

/** Distance of two boxes, the larger of both directions; 0 when they overlap. */
export function gapBetween(a: Box, b: Box): number {
  const across = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
  const down = Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height);
  return Math.max(0, across, down);
}

export function boxOf({ lines }: TagLines): Box {
  return around(lines.map(({ box }) => box));
}
