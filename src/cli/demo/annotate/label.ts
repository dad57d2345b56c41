import { capHeight, glyphAdvance, lineAdvance } from './glyphs.ts';

/** Text set to fit a box. */
export interface Label {
  lines: string[];
  /** Pixels of a grid unit of the glyphs. */
  unit: number;
  /** Pixels, padding included. */
  width: number;
  height: number;
}

/** Grid units between the text and the label's edge. */
export const labelPadding = 2;
/** A label may hide this much of the product's height; rather more than be left out. */
const maxHeightShares = [0.25, 0.4, 0.7];
/** Leaves a gap to the neighbour's label. */
const maxWidthShare = 0.96;
const sizeSteps = 12;

/**
 * The name and the confidence as large as the box lets them be, between two sizes of a grid unit; null when they do not fit even
 * at the smaller one.
 */
export function fitLabel(
  name: string,
  confidence: number,
  box: { width: number; height: number },
  unit: { min: number; max: number },
): Label | null {
  const words = [...name.split(/\s+/), `${Math.round(confidence * 100)}%`];
  for (const share of maxHeightShares) {
    for (let step = 0; step <= sizeSteps; step++) {
      const size = unit.max - (step / sizeSteps) * (unit.max - unit.min);
      const label = setWords(words, box.width * maxWidthShare, size);
      if (label && label.height <= box.height * share) return label;
    }
  }
  return null;
}

function setWords(words: readonly string[], maxWidth: number, unit: number): Label | null {
  const maxCharacters = Math.floor((maxWidth / unit - 2 * labelPadding + glyphAdvance - 4) / glyphAdvance);
  if (words.some((word) => word.length > maxCharacters)) return null;
  const lines = wrap(words, maxCharacters);
  const longest = Math.max(...lines.map((line) => line.length));
  return {
    lines,
    unit,
    width: (longest * glyphAdvance - (glyphAdvance - 4) + 2 * labelPadding) * unit,
    height: ((lines.length - 1) * lineAdvance + capHeight + 2 * labelPadding) * unit,
  };
}

function wrap(words: readonly string[], maxCharacters: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= maxCharacters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
