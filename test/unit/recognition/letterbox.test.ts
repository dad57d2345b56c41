import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLetterbox, fromFrame } from '../../../src/recognition/letterbox.ts';

const frame = { width: 800, height: 800 };

test.each([
  [
    { width: 1600, height: 1200 },
    { width: 800, height: 600, scaleX: 0.5, scaleY: 0.5 },
  ],
  [
    { width: 300, height: 600 },
    { width: 400, height: 800, scaleX: 4 / 3, scaleY: 4 / 3 },
  ],
  [
    { width: 800, height: 800 },
    { width: 800, height: 800, scaleX: 1, scaleY: 1 },
  ],
])('fits %o with its proportions', (image, expected) => {
  expect(fitLetterbox(image, frame)).toEqual(expected);
});

test('keeps at least a pixel of a picture that is all but a line', () => {
  expect(fitLetterbox({ width: 5000, height: 1 }, frame)).toMatchObject({ width: 800, height: 1 });
});

test('fills one side of the frame, never leaves it, and leads back to the whole picture', () => {
  const side = fc.integer({ min: 1, max: 9000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const fit = fitLetterbox({ width, height }, frame);
      expect(Math.max(fit.width, fit.height)).toBe(800);
      const back = fromFrame({ x: 0, y: 0, width: fit.width, height: fit.height }, fit);
      expect(back.width).toBeCloseTo(width, 6);
      expect(back.height).toBeCloseTo(height, 6);
    }),
  );
});
