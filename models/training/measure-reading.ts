/**
 * Says how well words are read: on ten photographs of packs, drawn by their place in the list, whose words a person has transcribed.
 *
 *   node models/training/measure-reading.ts DIR [pipeline]
 *
 * DIR is a checkout of the GroceryStoreDataset. The words are in transcribed.json: those that a person can read for certain, and
 * doubtful ones, which count neither as missed nor as wrong. Figures: docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distanceToPart } from '../../src/recognition/words/distance-to-part.ts';
import { openVerifyingPipeline } from './packs.ts';
import { openReader, readPicture } from './text/read-picture.ts';

interface Transcribed {
  file: string;
  /** Words of letters that are at least about 12 px high, and smaller ones: each once, with spaces between them. */
  large: string;
  small: string;
  doubtful: string;
}

/** One error in four characters: the word can still be recognised. */
const errorsPerCharacter = 1 / 4;

const [dir, pipeline = 'shelf@4'] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/measure-reading.ts DIR');
const transcribed: Transcribed[] = JSON.parse(await readFile(join(import.meta.dirname, 'transcribed.json'), 'utf8'));
const reader = await openReader(await openVerifyingPipeline(pipeline));
const wanted = { large: newCount(), small: newCount() };
const found = { words: 0, exact: 0, nearly: 0 };
for (const { file, doubtful, ...sizes } of transcribed) {
  const { lines } = await readPicture(join(dir, file), 'native', reader);
  const read = split(lines.map(({ text }) => text));
  const known = split([sizes.large, sizes.small, doubtful]);
  for (const size of ['large', 'small'] as const) countWords(split([sizes[size]]), read, wanted[size]);
  found.words += read.length;
  found.exact += read.filter((word) => known.includes(word)).length;
  found.nearly += read.filter((word) => known.some((other) => isNearly(other, word))).length;
  console.log(
    `${file}\n  missed: ${known.filter((word) => !read.includes(word) && !split([doubtful]).includes(word)).join(' ')}`,
  );
  console.log(`  not there: ${read.filter((word) => !known.includes(word)).join(' ')}`);
}
for (const [size, { words, exact, nearly, characters, charactersRead }] of Object.entries(wanted))
  console.log(
    `${size}: of ${words} words ${percent(exact, words)} read exactly, ${percent(nearly, words)} nearly, of ${characters} characters ${percent(charactersRead, characters)}`,
  );
console.log(
  `of ${found.words} words that were read, ${percent(found.exact, found.words)} are there exactly, ${percent(found.nearly, found.words)} nearly`,
);

function newCount() {
  return { words: 0, exact: 0, nearly: 0, characters: 0, charactersRead: 0 };
}

function countWords(words: readonly string[], read: readonly string[], count: ReturnType<typeof newCount>): void {
  count.words += words.length;
  count.exact += words.filter((word) => read.includes(word)).length;
  count.nearly += words.filter((word) => read.some((other) => isNearly(word, other))).length;
  for (const word of words) {
    count.characters += word.length;
    count.charactersRead += word.length - Math.min(word.length, ...read.map((other) => distanceToPart(word, other)));
  }
}

/** Words of lines, each once, regardless of case. Accents count. */
function split(lines: readonly string[]): string[] {
  const words = lines
    .flatMap((line) =>
      line
        .normalize('NFC')
        .toLowerCase()
        .split(/[\s&/|+]+/u),
    )
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, ''));
  return [...new Set(words)].filter((word) => word !== '');
}

/** Also where it was read together with its neighbours: the model often leaves out spaces. */
function isNearly(word: string, read: string): boolean {
  return distanceToPart(word, read) <= Math.floor(word.length * errorsPerCharacter);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
