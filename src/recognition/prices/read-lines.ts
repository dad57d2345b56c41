import type { Box } from '../box.ts';
import { type PrintedPrice, parsePrices } from './parse-prices.ts';

/** A line of text with its upright box in pixels. */
export interface PlacedText {
  text: string;
  box: Box;
}

/** A line that may belong to a price tag. */
export interface TagLine extends PlacedText {
  /** The price of a product; null: none in it. */
  price: PrintedPrice | null;
  unitPrice: PrintedPrice | null;
}

/** Reads the prices of lines, after putting raised cents behind their amounts. */
export function readLines(lines: readonly PlacedText[], currency: string | null): TagLine[] {
  return joinRaisedCents(lines).map(({ text, box }) => {
    const prices = parsePrices(text, currency).filter(({ isCertain }) => isCertain);
    return {
      text,
      box,
      price: prices.find(({ per }) => per === null) ?? null,
      unitPrice: prices.find(({ per }) => per !== null) ?? null,
    };
  });
}

/** 3, and 49 in smaller digits at its upper right, which are read as two lines. */
function joinRaisedCents(lines: readonly PlacedText[]): PlacedText[] {
  const taken = new Set<PlacedText>();
  const joined = lines.map((line) => {
    const cents = /^\D{0,3}[0-9]{1,3}[.,]?$/u.test(line.text.trim()) && lines.find((other) => isRaised(other, line));
    if (!cents || taken.has(cents)) return line;
    taken.add(cents);
    return {
      text: `${line.text.trim().replace(/[.,]$/, '')}.${cents.text.trim()}`,
      box: around([line.box, cents.box]),
    };
  });
  return joined.filter((_, index) => !taken.has(lines[index]!));
}

function isRaised({ text, box }: PlacedText, { box: amount }: PlacedText): boolean {
  if (!/^[0-9]{2}$/.test(text.trim()) || box.height > 0.8 * amount.height || box.height < 0.25 * amount.height)
    return false;
  const gap = box.x - (amount.x + amount.width);
  const isBeside = gap > -0.3 * amount.height && gap < 0.6 * amount.height;
  return isBeside && Math.abs(box.y - amount.y) < 0.35 * amount.height;
}

/** The smallest box around all of these. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
