import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreRows, topRows } from '../../../src/recognition/nearest.ts';

const number = fc.float({ min: -1, max: 1, noNaN: true });

test('scores are dot products of the rows asked for, and of no other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(number),
      (dims, rows, stream) => {
        const take = (count: number) => Float32Array.from({ length: count }, () => stream.next().value!);
        const [query, data] = [take(dims), take(dims * rows)];
        const scores = new Float32Array(rows).fill(7);
        const [from, to] = [rows >> 2, rows - (rows >> 2)];
        scoreRows(data, query, scores, { from, to });
        for (let row = 0; row < rows; row++) {
          const dot = query.reduce((sum, value, i) => sum + value * data[row * dims + i]!, 0);
          if (row >= from && row < to) expect(scores[row]).toBeCloseTo(dot, 5);
          else expect(scores[row]).toBe(7);
        }
      },
    ),
  );
});

test('the top is what sorting everything begins with', () => {
  // Few different values, so that many are equal.
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 70 }), (list, limit) => {
      const scores = Float32Array.from(list);
      const sorted = list.map((_, row) => row).sort((a, b) => list[b]! - list[a]! || a - b);
      expect(topRows(scores, list.length, limit)).toEqual(sorted.slice(0, limit));
    }),
  );
});

test('rows behind the count are not looked at', () => {
  expect(topRows(Float32Array.from([0.1, 0.3, 0.2, 0.9]), 3, 2)).toEqual([1, 2]);
});
