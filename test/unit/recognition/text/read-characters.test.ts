import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCharacters } from '../../../../src/recognition/text/read-characters.ts';

interface Recorded {
  characters: string[];
  probabilities: number[][];
  text: string;
  confidence: number;
}
const recorded: Recorded[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/text/cases.json', import.meta.url), 'utf8'),
).characters;

test.each(recorded)('reads "$text" like the Python package', ({ characters, probabilities, text, confidence }) => {
  const read = readCharacters(Float32Array.from(probabilities.flat()), characters);
  expect(read.text).toBe(text);
  expect(read.confidence).toBeCloseTo(confidence, 4);
});

test('a character is read again only after nothing, or after another one', () => {
  const likeliest = [1, 1, 0, 1, 2, 2, 0, 0, 3, 1];
  const steps = likeliest.map((index) => [0, 1, 2, 3].map((at) => (at === index ? 0.7 : 0.1)));
  expect(readCharacters(Float32Array.from(steps.flat()), ['a', 'b', ' '])).toEqual({
    text: 'aab a',
    confidence: expect.closeTo(0.7),
  });
});

test('nothing is read from no steps', () => {
  expect(readCharacters(new Float32Array(0), ['a'])).toEqual({ text: '', confidence: 0 });
});
