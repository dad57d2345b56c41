import { expect, test } from 'vitest';
import { evaluatePictures, type FoundBox, type LabelledBox } from '../../../../src/recognition/evaluation/evaluate.ts';

const labelled = (x: number, item: string | null, crowd = false): LabelledBox => {
  return { x, y: 0, width: 10, height: 10, item, crowd };
};
const found = (x: number, objectness: number, item: string, probability: number): FoundBox => {
  return {
    x,
    y: 0,
    width: 10,
    height: 10,
    objectness,
    named: probability >= 0.6 ? item : null,
    likeliest: { item, probability },
  };
};
const proposal = (x: number, objectness: number) => ({ x, y: 0, width: 10, height: 10, objectness });

const pictures = [
  {
    truth: [labelled(0, 'tea'), labelled(20, 'jam'), labelled(40, null), { ...labelled(100, null, true), width: 100 }],
    found: [
      found(0, 0.9, 'tea', 0.9),
      found(21, 0.8, 'tea', 0.7),
      found(120, 0.95, 'tea', 0.9),
      found(60, 0.7, 'jam', 0.3),
    ],
    proposals: [proposal(0, 0.9), proposal(20, 0.8), proposal(120, 0.95), proposal(60, 0.7), proposal(40, 0.2)],
    scale: 2,
  },
  { truth: [labelled(0, 'tea')], found: [], proposals: [], scale: 1 },
];

test('boxes are counted over all pictures, and what lies in a crowd not at all', () => {
  const { ap50, recallByWidth, bestThreshold, sweep, ...evaluation } = evaluatePictures(pictures, {
    threshold: 0.5,
    acceptConfidence: null,
  });
  expect(evaluation).toEqual({
    pictures: 2,
    trueBoxes: 4,
    atThreshold: { found: 3, right: 2, precision: 2 / 3, recall: 2 / 4, f1: 4 / 7 },
    countError: (0 + 1) / 4,
    naming: null,
  });
  // Two right, a wrong one, a right one: recall 0.5 at precision 1, 0.75 at 3/4.
  expect(ap50).toBeCloseTo((51 + 25 * 0.75) / 101, 9);
  expect(bestThreshold).toEqual({ threshold: 0.2, precision: 3 / 4, recall: 3 / 4, f1: 3 / 4 });
  // 20 px in the detector's input on the first picture, 10 px on the second.
  expect(recallByWidth.map(({ trueBoxes, recall }) => [trueBoxes, recall])).toEqual([
    [1, 0],
    [0, null],
    [3, 2 / 3],
    [0, null],
    [0, null],
  ]);
});

test('names are judged by what stands where the box is', () => {
  expect(evaluatePictures(pictures, { threshold: 0.5, acceptConfidence: 0.6 }).naming).toMatchObject({
    items: { right: 1, wrong: 1, open: 0 },
    foreign: { named: 0, open: 0 },
    nothing: { named: 0, open: 1 },
    rightOfNamed: 1 / 2,
    coverage: 1,
    // Of two teas and a jam.
    rightOfAll: 1 / 3,
    confusions: [{ truth: 'jam', takenFor: 'tea', boxes: 1, named: 1 }],
    acceptProposal: { acceptConfidence: 0.9, named: 1, right: 1, coverage: 1 / 2 },
  });
});
