/** Letters that Unicode does not split into a letter and its accent. */
const plainLetters: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

/** Letters and digits of a shorter word say too little: now and then they are read in a pattern. */
const leastLength = 3;

/**
 * The words of some lines, each once, in their order, as they were read. Punctuation around a word is left out, and so are words of
 * one or two characters.
 */
export function wordsOf(lines: readonly string[]): string[] {
  const words = lines
    .flatMap((line) => line.split(/[\s&/|+]+/u))
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, ''))
    .filter((word) => foldWord(word).length >= leastLength);
  return [...new Set(words)];
}

/** What words are compared by: their letters and digits, without accents and case. */
export function foldWord(word: string): string {
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ßæœøłđı]/g, (letter) => plainLetters[letter]!)
    .replace(/[^\p{L}\p{N}]/gu, '');
}
