import { capitalHeight, cutText, lineHeight, measureText } from './text.ts';

/** Text that fits into a box. */
export interface Label {
  lines: string[];
  /** Size of the text in pixels. */
  size: number;
  /** Pixels, including padding. */
  width: number;
  height: number;
}

/** Between the text and the label's edge, for text of size 1. */
export const labelPadding = 0.35;
/** A label may cover this fraction of the product's height; it covers more rather than being cut. */
const maxHeightShares = [0.25, 0.4];
/** Leaves a gap to the neighbour's label. */
const maxWidthShare = 0.96;
const sizeSteps = 8;

/**
 * The name and the confidence, as large as the box allows, between two text sizes in pixels. Text that does not fit even at the
 * smaller size is cut; null if less than three characters would be left.
 */
export function fitLabel(
  name: string,
  confidence: number,
  box: { width: number; height: number },
  size: { min: number; max: number },
): Label | null {
  const words = [...name.trim().split(/\s+|(?<=-)/), `${Math.round(confidence * 100)}%`];
  for (const share of maxHeightShares) {
    for (let step = 0; step <= sizeSteps; step++) {
      const tried = size.max - (step / sizeSteps) * (size.max - size.min);
      const lines = wrap(words, tried, box.width * maxWidthShare - 2 * labelPadding * tried);
      const label = lines && setLines(lines, tried);
      if (label && label.height <= box.height * share) return label;
    }
  }
  return cutLabel(name, box, size.min);
}

function cutLabel(name: string, box: { width: number; height: number }, size: number): Label | null {
  const text = cutText(name, size, box.width * maxWidthShare - 2 * labelPadding * size);
  const label = setLines([text], size);
  return [...text].length > 3 && label.width <= box.width && label.height <= box.height * 0.4 ? label : null;
}

function setLines(lines: string[], size: number): Label {
  return {
    lines,
    size,
    width: Math.max(...lines.map((line) => measureText(line, size))) + 2 * labelPadding * size,
    height: ((lines.length - 1) * lineHeight + capitalHeight + 2 * labelPadding) * size,
  };
}

/** null: a word is wider than a line. */
function wrap(words: readonly string[], size: number, width: number): string[] | null {
  const lines: string[] = [];
  for (const word of words) {
    if (measureText(word, size) > width) return null;
    const last = lines.at(-1);
    const longer = last === undefined || last.endsWith('-') ? `${last ?? ''}${word}` : `${last} ${word}`;
    if (last !== undefined && measureText(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
