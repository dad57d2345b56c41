import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overlap, type ScoredBox } from '../../../src/recognition/box.ts';
import { suppressOverlaps } from '../../../src/recognition/nms.ts';

const boxes = fc.array(
  fc.record({
    x: fc.integer({ min: 0, max: 60 }),
    y: fc.integer({ min: 0, max: 60 }),
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    label: fc.constantFrom(null, 0, 1),
  }),
  { maxLength: 40 },
);

function at(x: number, score: number, label: number | null = null): ScoredBox {
  return { x, y: 0, width: 10, height: 10, score, label };
}

test('keeps the surest of overlapping boxes and all that stand apart', () => {
  expect(suppressOverlaps([at(0, 0.7), at(1, 0.9), at(50, 0.5)], 0.5, 100)).toEqual([at(1, 0.9), at(50, 0.5)]);
});

test('keeps overlapping boxes of different labels', () => {
  expect(suppressOverlaps([at(0, 0.7, 0), at(0, 0.9, 1)], 0.5, 100)).toHaveLength(2);
});

test('keeps the first of equally sure boxes', () => {
  expect(suppressOverlaps([at(0, 0.5), at(1, 0.5)], 0.5, 100)).toEqual([at(0, 0.5)]);
});

test('keeps at most as many as asked for, the surest', () => {
  expect(suppressOverlaps([at(0, 0.1), at(30, 0.3), at(60, 0.2)], 0.5, 2)).toEqual([at(30, 0.3), at(60, 0.2)]);
});

test('leaves no two overlapping boxes, drops only for a surer one, and changes nothing when run again', () => {
  fc.assert(
    fc.property(boxes, (some) => {
      const kept = suppressOverlaps(some, 0.5, 1000);
      for (const [index, box] of kept.entries()) {
        for (const other of kept.slice(index + 1)) {
          expect(box.label === other.label && overlap(box, other) > 0.5).toBe(false);
          expect(other.score).toBeLessThanOrEqual(box.score);
        }
      }
      for (const dropped of some.filter((box) => !kept.includes(box))) {
        const reason = kept.find((box) => box.label === dropped.label && overlap(box, dropped) > 0.5);
        expect(reason!.score).toBeGreaterThanOrEqual(dropped.score);
      }
      expect(suppressOverlaps(kept, 0.5, 1000)).toEqual(kept);
    }),
  );
});
