import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScoredBox } from '../../../src/recognition/box.ts';
import { doubtByTypicalWidth, type TypicalWidthRule } from '../../../src/recognition/typical-width.ts';

const rule: TypicalWidthRule = { unchangedTo: 40, perDoubling: 0.05, to: 160 };
const boxOf = (width: number, score: number): ScoredBox => ({ x: 0, y: 0, width, height: 50, score, label: null });
const scoresOf = (boxes: ScoredBox[], scale = 1) =>
  doubtByTypicalWidth(boxes, 0.5, scale, rule).map(({ score }) => score);
const near = (scores: number[]) => scores.map((score) => expect.closeTo(score, 9));

describe('all boxes of a picture', () => {
  test.each([
    ['stay as they are when products are narrow', 5, 0],
    ['stay as they are up to the width of the rule', 40, 0],
    ['lose when the median is twice as wide', 80, 0.05],
    ['lose twice as much when it is four times as wide', 160, 0.1],
    ['lose no more from there on', 1_000, 0.1],
  ])('%s', (_title, width, loss) => {
    const boxes = [boxOf(width, 0.8), boxOf(width, 0.6), boxOf(width, 0.3)];
    expect(scoresOf(boxes)).toEqual(near([0.8 - loss, 0.6 - loss, 0.3 - loss]));
  });

  test('are measured in pixels of the detector’s input', () => {
    expect(scoresOf([boxOf(320, 0.8)], 0.25)).toEqual(near([0.75]));
  });

  test('are judged by the median of those that are certain', () => {
    const boxes = [boxOf(500, 0.9), boxOf(80, 0.8), boxOf(20, 0.7), boxOf(10, 0.4), boxOf(10, 0.4), boxOf(10, 0.4)];
    expect(scoresOf(boxes)).toEqual(near([0.85, 0.75, 0.65, 0.35, 0.35, 0.35]));
  });

  test('stay as they are when none is certain', () => {
    expect(scoresOf([boxOf(300, 0.49), boxOf(300, 0.1)])).toEqual([0.49, 0.1]);
  });
});

describe('whatever the boxes and the rule are,', () => {
  const anyRule = fc.record({
    unchangedTo: fc.double({ min: 1, max: 400, noNaN: true }),
    perDoubling: fc.double({ min: 0, max: 0.2, noNaN: true }),
    to: fc.double({ min: 1, max: 400, noNaN: true }),
  });
  const anyBox = fc
    .tuple(fc.double({ min: 0.1, max: 800, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([width, score]) => boxOf(width, score));
  const anyScale = fc.double({ min: 0.01, max: 2, noNaN: true });

  test('no box gains, moves, goes, or gets before one that was more certain', () => {
    fc.assert(
      fc.property(fc.array(anyBox), anyScale, anyRule, (boxes, scale, any) => {
        const doubted = doubtByTypicalWidth(boxes, 0.5, scale, any);
        expect(doubted.map(({ score, ...box }) => box)).toEqual(boxes.map(({ score, ...box }) => box));
        for (const [index, { score }] of doubted.entries()) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(boxes[index]!.score);
          for (const [other, before] of boxes.entries())
            if (before.score < boxes[index]!.score) expect(doubted[other]!.score).toBeLessThanOrEqual(score);
        }
      }),
    );
  });

  test('the same boxes seen wider end with no higher scores', () => {
    const anyFactor = fc.double({ min: 1, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(anyBox), anyScale, anyRule, anyFactor, (boxes, scale, any, factor) => {
        const far = doubtByTypicalWidth(boxes, 0.5, scale, any);
        const wider = doubtByTypicalWidth(boxes, 0.5, scale * factor, any);
        for (const [index, { score }] of wider.entries()) expect(score).toBeLessThanOrEqual(far[index]!.score);
      }),
    );
  });
});
