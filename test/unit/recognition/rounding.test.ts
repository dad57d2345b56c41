import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoxNumbers, roundFractions, roundPixels, roundShare } from '../../../src/recognition/rounding.ts';

const box = fc.tuple(
  fc.double({ min: 0, max: 7_000, noNaN: true }),
  fc.double({ min: 0, max: 7_000, noNaN: true }),
  fc.double({ min: 1, max: 1_000, noNaN: true }),
  fc.double({ min: 1, max: 1_000, noNaN: true }),
);
const decimals = (value: number) => String(value).split('.')[1]?.length ?? 0;

describe('a box', () => {
  test('in pixels has one decimal, in fractions five', () => {
    expect(roundPixels([10.04, 20.06, 30.12345, 40])).toEqual([10, 20.1, 30.2, 40]);
    expect(roundFractions([0.1234549, 0.5, 0.25, 1 / 3])).toEqual([0.12345, 0.5, 0.25, 0.33333]);
  });

  test('keeps each edge within half a step, and is never empty', () => {
    fc.assert(
      fc.property(box, (exact) => {
        const rounded = roundPixels(exact);
        expect(Math.max(...rounded.map(decimals))).toBeLessThanOrEqual(1);
        for (const at of [0, 1] as const) {
          expect(Math.abs(rounded[at] - exact[at])).toBeLessThan(0.051);
          expect(Math.abs(rounded[at] + rounded[at + 2]! - exact[at] - exact[at + 2]!)).toBeLessThan(0.051);
        }
        expect(Math.min(rounded[2], rounded[3])).toBeGreaterThan(0);
      }),
    );
    expect(roundFractions([0.5, 0.5, 1e-9, 1e-9])).toEqual([0.5, 0.5, 0.00001, 0.00001]);
  });

  test('that ends with its picture does so when it is rounded', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (left) => {
        const exact: BoxNumbers = [left, 0, 1 - left, 1];
        const [x, , width] = roundFractions(exact);
        expect(Math.round((x + width) * 1e5)).toBe(100_000);
      }),
    );
  });
});

test('a share has five decimals', () => {
  expect([roundShare(1 / 3), roundShare(1), roundShare(0.999_999_9)]).toEqual([0.33333, 1, 1]);
});
