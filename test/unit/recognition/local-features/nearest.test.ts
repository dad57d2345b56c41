import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LocalFeatures } from '../../../../src/recognition/local-features/features.ts';
import { findNearest, type Nearest } from '../../../../src/recognition/local-features/nearest.ts';
import { pickRows, randomFeatures } from './support/features.ts';

const { fround } = Math;

/** What nearest.wat does, written plainly. */
function compareAll(query: LocalFeatures, item: LocalFeatures): Nearest {
  const dot = (a: LocalFeatures, i: number, b: LocalFeatures, j: number) => {
    let sum = 0;
    for (let k = 0; k < 128; k++) sum += a.descriptors[i * 128 + k]! * b.descriptors[j * 128 + k]!;
    return sum;
  };
  const factor = (a: LocalFeatures, i: number) => fround(1 / fround(Math.sqrt(Math.max(1, dot(a, i, a, i)))));
  const result = {
    itemOf: new Int32Array(query.count).fill(-1),
    best: new Float32Array(query.count),
    second: new Float32Array(query.count),
    queryOf: new Int32Array(item.count).fill(-1),
  };
  const bestOfItem = new Float32Array(item.count);
  for (let i = 0; i < query.count; i++) {
    for (let j = 0; j < item.count; j++) {
      const cosine = fround(fround(dot(query, i, item, j) * factor(query, i)) * factor(item, j));
      if (cosine > result.best[i]!) {
        result.second[i] = result.best[i]!;
        result.best[i] = cosine;
        result.itemOf[i] = j;
      } else if (cosine > result.second[i]!) result.second[i] = cosine;
      if (cosine > bestOfItem[j]!) {
        bestOfItem[j] = cosine;
        result.queryOf[j] = i;
      }
    }
  }
  return result;
}

const counts = fc.nat({ max: 13 });

test('compares descriptors to the last bit as the plain way does, whatever the counts', () => {
  fc.assert(
    fc.property(counts, counts, fc.nat(), (queryCount, itemCount, seed) => {
      const query = randomFeatures(queryCount, seed);
      const item = randomFeatures(itemCount, seed + 1);
      expect(findNearest(query, item)).toEqual(compareAll(query, item));
    }),
  );
});

test('takes the first of equal ones, and nothing for descriptors of zeros or the largest values', () => {
  const some = randomFeatures(6, 3);
  some.descriptors.fill(0, 0, 128);
  some.descriptors.fill(127, 128, 256);
  const twice = pickRows(some, [5, 4, 5, 0, 1, 1, 2, 5, 4]);
  expect(findNearest(some, twice)).toEqual(compareAll(some, twice));
  expect(findNearest(some, twice).itemOf[0]).toBe(-1);
});

test('has room for the largest frames, and forgets what it compared before', () => {
  const [large, small] = [randomFeatures(900, 1), randomFeatures(9, 2)];
  const before = findNearest(small, small);
  expect(findNearest(large, pickRows(large, [899, 3])).queryOf).toEqual(Int32Array.from([899, 3]));
  expect(findNearest(small, small)).toEqual(before);
});
