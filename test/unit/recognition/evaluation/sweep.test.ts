import { expect, test } from 'vitest';
import { sweepThresholds } from '../../../../src/recognition/evaluation/sweep.ts';
import { estimate } from '../../../../src/recognition/evaluation/wilson.ts';

test('each threshold counts what reaches it, over all pictures', () => {
  const pictures = [
    {
      trueBoxes: 3,
      proposals: [
        { score: 0.9, right: true },
        { score: 0.5, right: true },
        { score: 0.5, right: false },
        { score: 0.2, right: false },
      ],
    },
    { trueBoxes: 1, proposals: [{ score: 0.3, right: true }] },
  ];
  const rows = sweepThresholds(pictures, [0.544, 0.5]);
  expect(rows.map(({ threshold }) => threshold)).toEqual([
    ...[0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.544, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9],
  ]);
  const at = (wanted: number) => rows.find(({ threshold }) => threshold === wanted);
  // 4 of 3 on the first picture, 1 of 1 on the second.
  expect(at(0.2)).toEqual({ threshold: 0.2, found: 5, precision: 0.6, recall: 0.75, f1: 6 / 9, countError: 1 / 4 });
  // 3 of 3, and 0 of 1: a picture too few does not make up for one too many.
  expect(at(0.5)).toEqual({ threshold: 0.5, found: 3, precision: 2 / 3, recall: 0.5, f1: 4 / 7, countError: 1 / 4 });
  expect(at(0.9)).toEqual({ threshold: 0.9, found: 1, precision: 1, recall: 0.25, f1: 2 / 5, countError: 3 / 4 });
});

test.each([
  // By hand: centre (1 + 1.96²/10) / (1 + 1.96²/5), the upper end exactly 1.
  [5, 5, 0.5655, 1],
  [0, 10, 0, 0.2775],
  [48, 55, 0.76, 0.937],
])('%i right of %i are, with a certainty of 95 %%, from %f to %f', (right, of, low, high) => {
  expect(estimate(right, of)).toEqual({
    ...{ right, of, share: right / of },
    low: expect.closeTo(low, 3),
    high: expect.closeTo(high, 3),
  });
});

test('of nothing there is no share', () => {
  expect(estimate(0, 0)).toBeNull();
});
