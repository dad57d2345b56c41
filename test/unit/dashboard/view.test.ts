import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitInto, pan, zoom } from '../../../dashboard/src/analysis/viewer/view.ts';

const size = fc.record({ width: fc.integer({ min: 50, max: 4000 }), height: fc.integer({ min: 50, max: 4000 }) });
const shift = fc.record({ x: fc.integer({ min: -5000, max: 5000 }), y: fc.integer({ min: -5000, max: 5000 }) });
const factor = fc.double({ min: 0.1, max: 10, noNaN: true });

describe('the view of a picture in its frame', () => {
  test('begins with the whole picture, in the middle', () => {
    expect(fitInto({ width: 400, height: 300 }, { width: 800, height: 200 })).toEqual({ x: 0, y: 100, scale: 0.5 });
  });

  test('never leaves an empty strip at one side that the picture could fill', () => {
    fc.assert(
      fc.property(size, size, fc.array(fc.tuple(factor, shift)), (frame, picture, moves) => {
        let view = fitInto(frame, picture);
        for (const [by, to] of moves) view = pan(zoom(view, by, to, frame, picture), to, frame, picture);
        const right = view.x + picture.width * view.scale;
        const isNarrow = picture.width * view.scale <= frame.width;
        if (isNarrow) expect(view.x).toBeCloseTo(frame.width - right, 3);
        else {
          expect(view.x).toBeLessThanOrEqual(0.001);
          expect(right).toBeGreaterThanOrEqual(frame.width - 0.001);
        }
      }),
    );
  });

  test('keeps the point below the pointer where it is', () => {
    const frame = { width: 400, height: 400 };
    const picture = { width: 400, height: 400 };
    const at = { x: 100, y: 300 };
    const view = zoom(fitInto(frame, picture), 2, at, frame, picture);
    expect({ x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale }).toEqual(at);
  });
});
