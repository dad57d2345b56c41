import type { CornerNumbers } from '../rounding.ts';
import { isAlike } from './alike.ts';
import type { ItemWords } from './printed-words.ts';
import { foldWord, wordsOf } from './words-of.ts';

/** A line of text on a product, as it was read. */
export interface LineOnProduct {
  text: string;
  confidence: number;
  corners: CornerNumbers;
}

/** From when on a word that is not one of the item's own contradicts it. */
export interface VetoRule {
  /** The lowest confidence of its line, 0..1: letters of unusual shapes are misread with less. */
  leastConfidence: number;
  /** Its lowest height, in heights of the lowest word of the item that was read beside it. */
  leastHeight: number;
}

/**
 * Fitted by models/training/calibrate-veto.ts. Words that the owner gave are all that the front of a product says. A model leaves out
 * some of the words on a catalogue picture, the small ones first, so there a word must be larger.
 */
export const vetoRules = {
  given: { leastConfidence: 0.93, leastHeight: 0.5 },
  read: { leastConfidence: 0.95, leastHeight: 0.9 },
} as const satisfies Record<string, VetoRule>;

/** Letters that a contradicting word has at least, and no digits: short ones, prices and dates are read almost everywhere. */
const leastLetters = 4;

/**
 * Whether the text on a product says that it is not this item: it shows the item's words, and beside them a word that is not one of its
 * own. Sister products share a brand and a design and differ by such a word, even if the sister is in no catalogue. Text on which no
 * word of the item was read says nothing: it may be that of a side or back.
 * @param printed the words of the item, folded.
 */
export function contradicts(
  lines: readonly LineOnProduct[],
  { words: printed, areGiven }: Pick<ItemWords, 'words' | 'areGiven'>,
  { leastConfidence, leastHeight }: VetoRule = vetoRules[areGiven ? 'given' : 'read'],
): boolean {
  const read = lines.flatMap(({ text, confidence, corners }) =>
    wordsOf([text]).map((word) => ({ word: foldWord(word), confidence, height: heightOf(corners) })),
  );
  const isOwn = (word: string) => printed.some((own) => isAlike(own, word));
  const [own, others] = [read.filter(({ word }) => isOwn(word)), read.filter(({ word }) => !isOwn(word))];
  const least = leastHeight * Math.min(...own.map(({ height }) => height));
  return (
    own.length > 0 &&
    others.some(
      ({ word, confidence, height }) =>
        confidence >= leastConfidence && height >= least && word.length >= leastLetters && /^\p{L}+$/u.test(word),
    )
  );
}

/** Of the letters of a line: the shorter of its two ends. */
function heightOf([x1, y1, x2, y2, x3, y3, x4, y4]: CornerNumbers): number {
  return Math.min(Math.hypot(x4 - x1, y4 - y1), Math.hypot(x3 - x2, y3 - y2));
}
