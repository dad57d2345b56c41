import type { Box } from '../box.ts';
import { boxAround, type Code } from '../codes/code.ts';
import { toGtin } from '../codes/gtin.ts';
import type { Detection } from '../detection.ts';
import { addUnreadTags, type PlacedTag } from './add-unread-tags.ts';
import { gapBetween, groupLines } from './group-lines.ts';
import { linkFacings } from './link-facings.ts';
import type { PriceTag, UnitPrice } from './price-tag.ts';
import { type PlacedText, readLines, type TagLine } from './read-lines.ts';

/** What price tags are found in. */
export interface TagSources {
  /** Lines of text that are on no detection: prices on packs are not those of a tag. */
  lines: readonly PlacedText[];
  /** Of tags that a detector found, the most certain first. */
  boxes: readonly Box[];
  detections: readonly Pick<Detection, 'box' | 'place'>[];
  codes: readonly Pick<Code, 'corners' | 'gtin' | 'detection'>[];
  /** ISO 4217, of prices that name none; null: unknown. */
  currency: string | null;
}

/** Longest name of a product on a tag. */
const mostNameCharacters = 200;
/** Heights of a tag within which a code belongs to it. */
const codeReach = 0.5;

/**
 * The price tags of a picture: those that their text shows, which are a price and the lines around it, and those that only a detector
 * has found. Each with the code beside it and the facings above it, from top to bottom and from left to right.
 */
export function findPriceTags({ lines, boxes, detections, codes, currency }: TagSources): PriceTag[] {
  const read = readLines(lines, currency);
  const tags = addUnreadTags(groupLines(read), boxes, read);
  const facings = linkFacings(
    tags.map(({ box }) => box),
    detections,
  );
  return tags
    .map((tag, index) => describeTag(tag, { detections: facings[index]!, codes }))
    .sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]);
}

function describeTag(
  tag: PlacedTag,
  { detections, codes }: { detections: number[]; codes: TagSources['codes'] },
): PriceTag {
  const { x, y, width, height } = tag.box;
  const price = tag.price?.price ?? null;
  return {
    box: [x, y, width, height],
    price: price?.money ?? null,
    pieces: price?.pieces ?? 1,
    unitPrice: unitPriceOf(tag.lines),
    name: nameOf(tag.lines),
    gtin: codeNear(tag.box, codes) ?? printedGtin(tag.lines),
    detections,
  };
}

function unitPriceOf(lines: readonly TagLine[]): UnitPrice | null {
  const found = lines.find(({ unitPrice }) => unitPrice !== null)?.unitPrice;
  return found?.per ? { ...found.per, money: found.money } : null;
}

/** The words, from top to bottom, without lines of prices and numbers. */
function nameOf(lines: readonly TagLine[]): string | null {
  const words = lines
    .filter(({ price, unitPrice, text }) => price === null && unitPrice === null && /\p{L}{3}/u.test(text))
    .sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)
    .map(({ text }) => text.trim());
  return words.length === 0 ? null : words.join(' ').slice(0, mostNameCharacters).trim();
}

function codeNear(tag: Box, codes: TagSources['codes']): string | null {
  const near = codes.filter(({ corners, gtin, detection }) => {
    const [x, y, width, height] = boxAround(corners);
    return gtin !== null && detection === null && gapBetween(tag, { x, y, width, height }) <= codeReach * tag.height;
  });
  return near[0]?.gtin ?? null;
}

/** Many tags print the product number without its bars. */
function printedGtin(lines: readonly TagLine[]): string | null {
  for (const { text } of lines)
    for (const [digits] of text
      .replaceAll(/(?<=[0-9]) (?=[0-9])/g, '')
      .matchAll(/(?<![0-9])(?:[0-9]{8}|[0-9]{12,14})(?![0-9])/g)) {
      const gtin = toGtin(digits);
      if (gtin !== null) return gtin;
    }
  return null;
}
