import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CountedFacing, sumShelfUse, toShares } from '../../../src/recognition/shares.ts';

const facing = (itemId: string | null, width: number, height: number, standsOnShelf = true): CountedFacing => ({
  itemId,
  width,
  height,
  standsOnShelf,
});

test('facings, area and length are shared apart; what is stacked takes no length; what has no name comes last', () => {
  const uses = sumShelfUse([
    facing(null, 100, 100),
    facing('tea', 50, 100),
    facing('tea', 50, 100, false),
    facing('cereal', 50, 200),
  ]);
  expect(toShares(uses)).toEqual([
    { itemId: 'tea', facings: 2, facingShare: 0.5, areaShare: 0.33333, linearShare: 50 / 200 },
    { itemId: 'cereal', facings: 1, facingShare: 0.25, areaShare: 0.33333, linearShare: 50 / 200 },
    { itemId: null, facings: 1, facingShare: 0.25, areaShare: 0.33333, linearShare: 100 / 200 },
  ]);
});

test('an empty shelf has no rows', () => {
  expect(toShares(sumShelfUse([]))).toEqual([]);
});

test('an item that only stands on others has no length, and that divides by nothing', () => {
  expect(toShares(sumShelfUse([facing('tea', 50, 100, false)]))).toEqual([
    { itemId: 'tea', facings: 1, facingShare: 1, areaShare: 1, linearShare: 0 },
  ]);
});

const facings = fc.array(
  fc.record({
    itemId: fc.constantFrom('a', 'b', 'c', 'd', null),
    width: fc.double({ min: 1, max: 4000, noNaN: true }),
    height: fc.double({ min: 1, max: 4000, noNaN: true }),
    standsOnShelf: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

test('each kind of share sums to 1, has one row an item, and loses no facing', () => {
  fc.assert(
    fc.property(facings, (all) => {
      const shares = toShares(sumShelfUse(all));
      const sum = (of: (row: (typeof shares)[number]) => number) => shares.reduce((total, row) => total + of(row), 0);
      expect(new Set(shares.map(({ itemId }) => itemId)).size).toBe(shares.length);
      expect(sum((row) => row.facings)).toBe(all.length);
      expect(sum((row) => row.facingShare)).toBeCloseTo(1, 3);
      expect(sum((row) => row.areaShare)).toBeCloseTo(1, 3);
      expect(sum((row) => row.linearShare)).toBeCloseTo(all.some((one) => one.standsOnShelf) ? 1 : 0, 3);
      for (const row of shares)
        for (const share of [row.facingShare, row.areaShare, row.linearShare]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        }
      const ranked = shares.filter(({ itemId }) => itemId !== null).map((row) => row.facings);
      expect(ranked).toEqual([...ranked].sort((a, b) => b - a));
      expect(shares.findIndex(({ itemId }) => itemId === null)).toBeOneOf([-1, shares.length - 1]);
    }),
  );
});
