import { distanceToPart } from './distance-to-part.ts';

/** One misread character in four. */
const errorsPerCharacter = 1 / 4;
/** Share of a word that was read at least, where a hand covers the rest. */
const leastPart = 0.4;

/**
 * Whether a word that was read may be a printed one: with some misread characters, as a part of words that were read together, or in
 * part. Both folded.
 */
export function isAlike(printed: string, read: string): boolean {
  const [part, whole] = printed.length <= read.length ? [printed, read] : [read, printed];
  if (part.length < leastPart * printed.length) return false;
  return distanceToPart(part, whole) <= Math.floor(part.length * errorsPerCharacter);
}
