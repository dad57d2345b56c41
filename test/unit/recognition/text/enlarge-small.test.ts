import { expect, test } from 'vitest';
import { enlargementFor } from '../../../../src/recognition/text/enlarge-small.ts';
import type { Quadrilateral } from '../../../../src/recognition/text/quadrilateral.ts';

const line = (width: number, height: number): Quadrilateral => [
  { x: 0, y: 0 },
  { x: width, y: 0 },
  { x: width, y: height },
  { x: 0, y: height },
];

test('a picture is enlarged as far as its lines are small, at most to double its size', () => {
  const lines = (height: number) => Array.from({ length: 6 }, () => line(100, height));
  expect(enlargementFor(lines(16))).toBe(1.5);
  expect(enlargementFor(lines(5))).toBe(2);
  expect(enlargementFor(lines(18))).toBe(1);
  expect(enlargementFor([...lines(16), ...Array.from({ length: 8 }, () => line(100, 40))])).toBe(1);
});

test('lines on their sides count by the height of their letters, and few lines say nothing', () => {
  expect(enlargementFor(Array.from({ length: 6 }, () => line(12, 200)))).toBe(2);
  expect(enlargementFor([line(100, 10)])).toBe(1);
});
