import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averageEmbeddings, normalizeEmbedding } from '../../../src/recognition/embedding.ts';

const vector = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => Float32Array.from(values))
  .filter((values) => Math.hypot(...values) > 0.01);

test('has length 1 after normalising', () => {
  fc.assert(
    fc.property(vector, (values) => {
      expect(Math.hypot(...normalizeEmbedding(values))).toBeCloseTo(1, 5);
    }),
  );
});

test('of one picture is its own average', () => {
  const only = normalizeEmbedding(Float32Array.from([3, 4]));
  expect([...averageEmbeddings([only])]).toEqual([...only]);
});

test('of two pictures lies between them', () => {
  const average = averageEmbeddings([Float32Array.from([1, 0]), Float32Array.from([0, 1])]);
  expect(average[0]).toBeCloseTo(Math.SQRT1_2, 6);
  expect(average[1]).toBeCloseTo(Math.SQRT1_2, 6);
});

test('does not depend on the order of the pictures', () => {
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      fc.pre(Math.hypot(...a.map((value, index) => value + b[index]!)) > 0.01);
      expect(averageEmbeddings([a, b])).toEqual(averageEmbeddings([b, a]));
    }),
  );
});

test.each([
  ['no picture at all', []],
  ['pictures that cancel each other out', [Float32Array.from([1, 0]), Float32Array.from([-1, 0])]],
  ['pictures of two different models', [new Float32Array(2).fill(1), new Float32Array(3).fill(1)]],
])('throws for %s', (_name, embeddings) => {
  expect(() => averageEmbeddings(embeddings)).toThrow();
});
