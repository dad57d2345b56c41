import { expect, test } from 'vitest';
import type { Detection } from '../../../../src/recognition/detection.ts';
import { keepDetections } from '../../../../src/recognition/keep-detections.ts';
import type { TextLine } from '../../../../src/recognition/text/text-line.ts';
import { PrintedWords } from '../../../../src/recognition/words/printed-words.ts';
import { vetoNames } from '../../../../src/recognition/words/veto-names.ts';
import { wordsOf } from '../../../../src/recognition/words/words-of.ts';

const facing = (x: number, itemId: string | null): Detection => ({
  box: [x, 0, 90, 200],
  objectness: 0.6,
  confidence: itemId === null ? 0.6 : 0.9,
  itemId,
  matchedBy: itemId === null ? null : 'VERIFIED',
  candidates: [{ itemId: 'plum', confidence: 0.9 }],
  label: null,
});
const line = (detection: number | null, text: string): TextLine => ({
  text,
  detection,
  confidence: 0.95,
  corners: [0, 0, 80, 0, 80, 20, 0, 20],
});
const printed = new PrintedWords([{ itemId: 'plum', words: ['Tropida, Plum'], areGiven: true }]);

test('a name is taken from the product that the words are on, and its candidates stay', () => {
  const detections = [facing(0, 'plum'), facing(100, 'plum'), facing(200, null), facing(300, 'unread')];
  const texts = [
    line(0, 'TROPIDA'),
    line(0, 'Plum'),
    line(1, 'TROPIDA'),
    line(1, 'Pear'),
    line(3, 'Pear'),
    line(null, 'Pear'),
  ];
  const [agreeing, contradicted, ...others] = vetoNames(detections, texts, printed);
  expect([agreeing, ...others]).toEqual([detections[0], detections[2], detections[3]]);
  expect(contradicted).toEqual({ ...detections[1], itemId: null, confidence: 0.6, matchedBy: null });
});

test('of detections that are left out, lines and codes are on none, and places have no gaps', () => {
  const code = { value: '1', format: 'EAN13', gtin: null, corners: [0, 0, 1, 0, 1, 1, 0, 1], detection: 2 } as never;
  const detections = [facing(0, 'plum'), facing(100, null), facing(200, 'plum')];
  const kept = keepDetections(
    { detections, texts: [line(1, 'a'), line(2, 'b')], codes: [code] },
    ({ itemId }) => itemId !== null,
  );
  expect(kept.detections.map(({ box, place }) => [box[0], place])).toEqual([
    [0, [0, 0, 0]],
    [200, [0, 1, 0]],
  ]);
  expect(kept.texts?.map(({ detection }) => detection)).toEqual([null, 1]);
  expect(kept.codes).toMatchObject([{ detection: 1 }]);
});

test('words of lines are listed once, without punctuation and short ones', () => {
  expect(wordsOf(['Mint & Lime, 20 bags', '– «Mint» 12% fett 3 DL', 'PRESSED|APPLE'])).toEqual([
    ...['Mint', 'Lime', 'bags', 'fett', 'PRESSED', 'APPLE'],
  ]);
});
