import { describe, expect, test } from 'vitest';
import {
  averagePrecision,
  countError,
  findBestThreshold,
  type JudgedBox,
  recallByWidth,
  scoreDetections,
} from '../../../../src/recognition/evaluation/detection-scores.ts';
import { matchBoxes, type TrueBox } from '../../../../src/recognition/evaluation/match-boxes.ts';

const box = (x: number, width = 10, crowd = false): TrueBox => ({ x, y: 0, width, height: 10, crowd });

describe('found boxes are matched with true ones', () => {
  const is = (index: number) => ({ kind: 'true', index });
  const [nothing, ignored] = [{ kind: 'false' }, { kind: 'ignored' }];
  test.each([
    ['each with the one it overlaps most', [box(0), box(21)], [box(20), box(0)], [is(1), is(0)]],
    ['from an overlap of a half on', [box(0, 10)], [box(0, 20)], [is(0)]],
    ['and below it not', [box(0, 10)], [box(0, 21)], [nothing]],
    ['the surest first: a second one is false', [box(0)], [box(2), box(0)], [is(0), nothing]],
    ['the next best when the best is taken', [box(0), box(3)], [box(0), box(1)], [is(0), is(1)]],
    ['the last of equal ones', [box(0), box(0)], [box(0)], [is(1)]],
    ['none in a crowd, however many', [box(0, 100, true)], [box(10), box(40), box(98)], [ignored, ignored, nothing]],
    ['a true one before a crowd', [box(0, 100, true), box(11)], [box(10)], [is(1)]],
    ['nothing with nothing', [], [box(0)], [nothing]],
  ])('%s', (_title, truth, found, matches) => {
    expect(matchBoxes(found, truth)).toEqual(matches);
  });
});

/** Boxes with falling scores; + is right, - is wrong. */
function judged(signs: string): JudgedBox[] {
  return [...signs].map((sign, index) => ({ score: 0.9 - index / 10, right: sign === '+' }));
}

describe('average precision', () => {
  test.each([
    // Precision 1 up to recall 1: every one of the 101 points.
    ['++', 2, 1],
    // Recall 0.5 is reached at precision 1 (points 0 to 50), and never more.
    ['+', 2, 51 / 101],
    // After the false one, recall 1 at precision 2/3 (points 51 to 100).
    ['+-+', 2, (51 + 50 * (2 / 3)) / 101],
    // The better precision to come counts for lower recalls, too: 1/2 throughout.
    ['-+', 1, 1 / 2],
    ['--', 2, 0],
    ['', 2, 0],
    ['-', 0, null],
  ])('of %s with %i true boxes', (signs, trueBoxes, expected) => {
    const found = averagePrecision(judged(signs), trueBoxes);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 12);
  });

  test('does not depend on the order in which boxes come', () => {
    const boxes = judged('+-++-');
    expect(averagePrecision(boxes.toReversed(), 4)).toBe(averagePrecision(boxes, 4));
  });
});

describe('at a threshold', () => {
  test.each([
    [3, 4, 6, { precision: 0.75, recall: 0.5, f1: 0.6 }],
    [0, 4, 6, { precision: 0, recall: 0, f1: 0 }],
    [0, 0, 6, { precision: null, recall: 0, f1: 0 }],
    [0, 4, 0, { precision: 0, recall: null, f1: 0 }],
    [0, 0, 0, { precision: null, recall: null, f1: 0 }],
  ])('%i right of %i found of %i there', (right, found, there, expected) => {
    expect(scoreDetections(right, found, there)).toEqual(expected);
  });

  test('the best one is where F1 is highest', () => {
    // F1: 2/5, 4/6, 4/7, 6/8, 6/9.
    expect(findBestThreshold(judged('++-+-'), 4)).toEqual({
      threshold: expect.closeTo(0.6, 12),
      precision: 0.75,
      recall: 0.75,
      f1: 0.75,
    });
  });

  test('boxes of one score stand or fall together, and without a right one there is none', () => {
    const equal = [
      { score: 0.5, right: true },
      { score: 0.5, right: false },
    ];
    expect(findBestThreshold(equal, 1)).toMatchObject({ threshold: 0.5, precision: 0.5 });
    expect(findBestThreshold(judged('--'), 2)).toBeNull();
  });
});

test('the count is off by the sum of what the pictures are off by', () => {
  const pictures = [
    { found: 8, trueBoxes: 10 },
    { found: 12, trueBoxes: 10 },
  ];
  expect(countError(pictures)).toBeCloseTo(0.2, 12);
  expect(countError([{ found: 3, trueBoxes: 0 }])).toBeNull();
});

test('recall is told by width', () => {
  const boxes = [11.9, 12, 15, 19, 45, 300].map((width) => ({ width, found: width !== 15 }));
  expect(recallByWidth(boxes)).toEqual([
    { from: 0, to: 12, trueBoxes: 1, found: 1, recall: 1 },
    { from: 12, to: 20, trueBoxes: 3, found: 2, recall: 2 / 3 },
    { from: 20, to: 30, trueBoxes: 0, found: 0, recall: null },
    { from: 30, to: 45, trueBoxes: 0, found: 0, recall: null },
    { from: 45, to: null, trueBoxes: 2, found: 2, recall: 1 },
  ]);
});
