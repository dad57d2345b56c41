import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseTilesPerSide,
  isCutByTile,
  medianWidth,
  planTiles,
  type TilingRule,
} from '../../../src/recognition/tiling.ts';

const rule: TilingRule = { whenNarrowerThan: 20, targetWidth: 30, overlap: 0.2, maxTilesPerSide: 3 };

describe('how many tiles', () => {
  test.each([
    ['nothing was found', [], 0.2, 1],
    ['products are wide enough', [200, 210, 220], 0.2, 1],
    ['products are a little too narrow', [90, 90, 90], 0.2, 2],
    ['products are much too narrow', [20, 50, 90], 0.2, 3],
    ['the picture has no more pixels to show', [10, 10, 10], 0.9, 1],
    ['the picture is smaller than the frame', [10, 10, 10], 1.5, 1],
  ])('when %s', (_name, widths, frameScale, expected) => {
    expect(chooseTilesPerSide(widths, frameScale, rule)).toBe(expected);
  });
});

test.each([
  [[], 0],
  [[7], 7],
  [[90, 10, 20], 20],
  [[4, 3, 2, 1], 3],
])('the median of %j is %d', (widths, median) => {
  expect(medianWidth(widths)).toBe(median);
});

describe('tiles', () => {
  const side = fc.integer({ min: 1, max: 6000 });

  test('cover every pixel, stay inside, and overlap their neighbours', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 2, max: 4 }), (width, height, count) => {
        const tiles = planTiles({ width, height }, count, 0.2);
        expect(tiles.length).toBeLessThanOrEqual(count * count);
        for (const [axis, size, total] of [
          ['x', 'width', width],
          ['y', 'height', height],
        ] as const) {
          const spans = tiles.map((tile) => ({ start: tile[axis], end: tile[axis] + tile[size] }));
          spans.sort((a, b) => a.start - b.start);
          expect(spans[0]!.start).toBe(0);
          expect(Math.max(...spans.map((span) => span.end))).toBe(total);
          let reached = spans[0]!.end;
          for (const span of spans) {
            if (span.end > reached)
              expect(reached - span.start).toBeGreaterThanOrEqual(Math.floor((span.end - span.start) * 0.2) - 1);
            reached = Math.max(reached, span.end);
          }
        }
      }),
    );
  });
});

describe('a box at the edge of a tile', () => {
  const image = { width: 1000, height: 1000 };
  const tile = { x: 0, y: 400, width: 600, height: 600 };

  test.each([
    ['in the middle', { x: 100, y: 500, width: 50, height: 50 }, false],
    ['at the edge of the picture', { x: 0, y: 950, width: 50, height: 50 }, false],
    ['at the right edge of the tile', { x: 540, y: 500, width: 60, height: 50 }, true],
    ['at the top edge of the tile', { x: 100, y: 401, width: 60, height: 50 }, true],
  ])('%s is cut: see the last column', (_name, box, expected) => {
    expect(isCutByTile(box, tile, image)).toBe(expected);
  });
});
