import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScoredBox } from '../../../src/recognition/box.ts';
import { doubtParts } from '../../../src/recognition/parts.ts';

const rule = { insideFrom: 0.8, keptScore: 0.8 };
const whole: ScoredBox = { x: 0, y: 0, width: 100, height: 200, score: 0.8, label: null };
const box = (changes: Partial<ScoredBox>): ScoredBox => ({ ...whole, ...changes });
const lowerHalf = box({ y: 100, height: 100, score: 0.6 });

describe('a box that lies inside a more certain one', () => {
  test('keeps a part of its score', () => {
    expect(doubtParts([whole, lowerHalf], 0.5, rule)).toEqual([whole, { ...lowerHalf, score: 0.6 * 0.8 }]);
  });

  test.each([
    ['one that stands beside it', box({ x: 100, score: 0.6 })],
    ['one that is cut by its edge', box({ x: 30, y: 100, height: 100, score: 0.6 })],
    ['one that is as certain', box({ ...lowerHalf, score: 0.8 })],
    ['one with another label', box({ ...lowerHalf, label: 1 })],
    ['one that it lies inside', box({ x: -50, y: -50, width: 200, height: 300, score: 0.6 })],
  ])('is not %s', (_title, other) => {
    expect(doubtParts([whole, other], 0.5, rule)).toEqual([whole, other]);
  });

  test('is from a share of it on', () => {
    const over = (y: number) => box({ y, height: 100, score: 0.6 });
    expect(doubtParts([whole, over(120)], 0.5, rule)[1]!.score).toBeCloseTo(0.48, 9);
    expect(doubtParts([whole, over(121)], 0.5, rule)[1]!.score).toBe(0.6);
  });

  test('is not doubted for one that is itself not certain', () => {
    const [unsure, part] = [box({ score: 0.49 }), box({ ...lowerHalf, score: 0.4 })];
    expect(doubtParts([unsure, part], 0.5, rule)).toEqual([unsure, part]);
  });

  test('speaks against its own parts with the score that it had', () => {
    const quarter = box({ y: 150, height: 50, score: 0.59 });
    const scores = doubtParts([whole, lowerHalf, quarter], 0.6, { ...rule, keptScore: 0.5 }).map(({ score }) => score);
    expect(scores).toEqual([0.8, 0.3, 0.295]);
  });

  test('moves behind those that are more certain now', () => {
    const beside = box({ x: 200, score: 0.55 });
    expect(doubtParts([whole, lowerHalf, beside], 0.5, rule).map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [200, 0],
      [0, 100],
    ]);
  });
});

test('no box gains certainty, moves or goes, and those that overlap no other stay as they are', () => {
  const boxes = fc.array(
    fc.record({
      ...{ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) },
      ...{ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) },
      ...{ score: fc.double({ min: 0, max: 1, noNaN: true }), label: fc.constant(null) },
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(boxes, (random) => {
      const sorted = [...random].sort((a, b) => b.score - a.score);
      const found = doubtParts(sorted, 0.5, rule);
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
      const places = (each: readonly ScoredBox[]) => each.map(({ score: _, ...place }) => JSON.stringify(place)).sort();
      expect(places(found)).toEqual(places(sorted));
      expect(found[0]).toEqual(sorted[0]);
    }),
  );
});
