import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Box,
  clampBox,
  intersectionArea,
  normalizeBox,
  overlap,
  pixelRegion,
} from '../../../src/recognition/box.ts';

const coordinate = fc.double({ min: -500, max: 1500, noNaN: true });
const length = fc.double({ min: 0.01, max: 900, noNaN: true });
const box = fc.record({ x: coordinate, y: coordinate, width: length, height: length });
const image = fc.record({ width: fc.integer({ min: 1, max: 1000 }), height: fc.integer({ min: 1, max: 1000 }) });

function expectInside(inner: Box, size: { width: number; height: number }): void {
  expect(inner.x).toBeGreaterThanOrEqual(0);
  expect(inner.y).toBeGreaterThanOrEqual(0);
  expect(inner.x + inner.width).toBeLessThanOrEqual(size.width + 1e-9);
  expect(inner.y + inner.height).toBeLessThanOrEqual(size.height + 1e-9);
}

describe('overlap of boxes', () => {
  test.each([
    ['the same box', { x: 1, y: 2, width: 3, height: 4 }, { x: 1, y: 2, width: 3, height: 4 }, 1],
    ['half of it', { x: 0, y: 0, width: 2, height: 1 }, { x: 1, y: 0, width: 2, height: 1 }, 1 / 3],
    ['a quarter inside', { x: 0, y: 0, width: 4, height: 4 }, { x: 1, y: 1, width: 2, height: 2 }, 1 / 4],
    ['touching edges', { x: 0, y: 0, width: 1, height: 1 }, { x: 1, y: 0, width: 1, height: 1 }, 0],
    ['apart', { x: 0, y: 0, width: 1, height: 1 }, { x: 9, y: 9, width: 1, height: 1 }, 0],
  ])('of %s is right', (_name, a, b, expected) => {
    expect(overlap(a, b)).toBeCloseTo(expected, 12);
  });

  test('lies between 0 and 1, is the same both ways, and is 1 with itself', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(overlap(a, b)).toBe(overlap(b, a));
        expect(overlap(a, b)).toBeGreaterThanOrEqual(0);
        expect(overlap(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        expect(overlap(a, a)).toBeCloseTo(1, 6);
        expect(intersectionArea(a, b)).toBeLessThanOrEqual(Math.min(a.width * a.height, b.width * b.height) + 1e-6);
      }),
    );
  });
});

describe('clamping a box to the image', () => {
  test('leaves a box inside the image alone', () => {
    const inside = { x: 1, y: 1, width: 5, height: 5 };
    expect(clampBox(inside, { width: 10, height: 10 })).toEqual(inside);
  });

  test('gives null for a box with less than a pixel inside', () => {
    expect(clampBox({ x: -5, y: 0, width: 5.5, height: 5 }, { width: 10, height: 10 })).toBeNull();
  });

  test('never reaches outside, and its region of whole pixels neither', () => {
    fc.assert(
      fc.property(box, image, (some, size) => {
        const clamped = clampBox(some, size);
        if (!clamped) return;
        expectInside(clamped, size);
        const region = pixelRegion(clamped, size);
        expectInside(region, size);
        expect(Object.values(region).every(Number.isInteger)).toBe(true);
        expect(Math.min(region.width, region.height)).toBeGreaterThanOrEqual(1);
        const normalized = normalizeBox(clamped, size);
        expect(normalized.x + normalized.width).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
