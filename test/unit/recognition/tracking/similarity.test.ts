import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compose,
  fitSimilarity,
  invert,
  mapPoint,
  type Point,
  type Similarity,
} from '../../../../src/recognition/tracking/similarity.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point: fc.Arbitrary<Point> = fc.tuple(number(-2_000, 2_000), number(-2_000, 2_000));
const similarity: fc.Arbitrary<Similarity> = fc
  .tuple(number(0.5, 2), number(-1, 1), point)
  .map(([scale, turn, [tx, ty]]) => ({ a: scale * Math.cos(turn), b: scale * Math.sin(turn), tx, ty }));

function expectNear([x, y]: Point, [u, v]: Point): void {
  expect(Math.hypot(x - u, y - v)).toBeLessThan(1e-6 * (1 + Math.hypot(u, v)));
}

test('the inverse leads back, and a composition is one after the other', () => {
  fc.assert(
    fc.property(similarity, similarity, point, (one, other, at) => {
      expectNear(mapPoint(invert(one), mapPoint(one, at)), at);
      expectNear(mapPoint(compose(one, other), at), mapPoint(one, mapPoint(other, at)));
    }),
  );
});

test('a fit finds the similarity that moved the points', () => {
  fc.assert(
    fc.property(similarity, fc.array(point, { minLength: 3, maxLength: 20 }), (one, points) => {
      const spread = Math.max(...points.map(([x, y]) => Math.hypot(x - points[0]![0], y - points[0]![1])));
      fc.pre(spread > 1);
      const fitted = fitSimilarity(points.map((from) => [from, mapPoint(one, from)]));
      for (const from of points) expectNear(mapPoint(fitted!, from), mapPoint(one, from));
    }),
  );
});

test('one point, or one point twice, does not say how it was turned', () => {
  expect(
    fitSimilarity([
      [
        [1, 2],
        [3, 4],
      ],
    ]),
  ).toBeNull();
  expect(
    fitSimilarity([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]),
  ).toBeNull();
});
