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
import { editDistance } from '../../src/recognition/words/edit-distance.ts';
import { openVerifyingPipeline } from './packs.ts';
import { openReader, readPicture } from './text/read-picture.ts';

interface Transcribed {
  file: string;
  /** Each once, with spaces between them. */
  words: string;
  doubtful: string;
}

/** An error in four characters: the word can still be recognised. */
const errorsPerCharacter = 1 / 4;

const [dir, pipeline = 'shelf@4'] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/measure-reading.ts DIR');
const transcribed: Transcribed[] = JSON.parse(await readFile(join(import.meta.dirname, 'transcribed.json'), 'utf8'));
const reader = await openReader(await openVerifyingPipeline(pipeline));
const counts = {
  words: 0,
  exact: 0,
  nearly: 0,
  read: 0,
  readRight: 0,
  readNearly: 0,
  characters: 0,
  charactersRead: 0,
};
for (const { file, words, doubtful } of transcribed) {
  const wanted = split([words]);
  const known = [...wanted, ...split([doubtful])];
  const read = split((await readPicture(join(dir, file), 'native', reader)).lines.map(({ text }) => text));
  const missed = wanted.filter((word) => !read.includes(word));
  const wrong = read.filter((word) => !known.includes(word));
  counts.words += wanted.length;
  counts.exact += wanted.length - missed.length;
  counts.nearly += wanted.filter((word) => isNearly(word, read)).length;
  counts.read += read.length;
  counts.readRight += read.length - wrong.length;
  counts.readNearly += read.filter((word) => isNearly(word, known)).length;
  for (const word of wanted) {
    counts.characters += word.length;
    counts.charactersRead += word.length - Math.min(word.length, ...read.map((other) => editDistance(word, other)));
  }
  console.log(`${file}\n  missed: ${missed.join(' ')}\n  wrong: ${wrong.join(' ')}`);
}
console.log(
  `${transcribed.length} photographs, ${counts.words} words: ${percent(counts.exact, counts.words)} read exactly, ` +
    `${percent(counts.nearly, counts.words)} with at most one error in four characters, ` +
    `${percent(counts.charactersRead, counts.characters)} of ${counts.characters} characters. ` +
    `${counts.read} words read: ${percent(counts.readRight, counts.read)} are exactly there, ${percent(counts.readNearly, counts.read)} nearly.`,
);

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

function isNearly(word: string, others: readonly string[]): boolean {
  return others.some((other) => editDistance(word, other) <= Math.floor(word.length * errorsPerCharacter));
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
