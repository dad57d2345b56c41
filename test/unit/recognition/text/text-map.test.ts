import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyTextMap, pasteTile, planTextTiles, tileOverlap } from '../../../../src/recognition/text/text-map.ts';

const sides = fc.record({ width: fc.integer({ min: 1, max: 3_000 }), height: fc.integer({ min: 1, max: 3_000 }) });

test('tiles of one size cover every pixel exactly once, and see beyond what they keep', () => {
  fc.assert(
    fc.property(sides, (size) => {
      const tiles = planTextTiles(size, 960, 32);
      const area = tiles.reduce((sum, { kept }) => sum + kept.width * kept.height, 0);
      expect(area).toBe(size.width * size.height);
      for (const { region, kept } of tiles) {
        expect([region.width, region.height]).toEqual([tiles[0]!.region.width, tiles[0]!.region.height]);
        expect(Math.max(region.width, region.height)).toBeLessThanOrEqual(960);
        expect(region.x).toBeGreaterThanOrEqual(0);
        expect(region.x + region.width).toBeLessThanOrEqual(size.width);
        expect(region.y + region.height).toBeLessThanOrEqual(size.height);
        const least = Math.floor(tileOverlap / 2) - 1;
        if (kept.x > 0) expect(kept.x - region.x).toBeGreaterThanOrEqual(least);
        if (kept.x + kept.width < size.width)
          expect(region.x + region.width - kept.x - kept.width).toBeGreaterThanOrEqual(least);
      }
    }),
  );
});

test('the kept part of a tile is written where it belongs', () => {
  const map = emptyTextMap({ width: 4, height: 3 });
  const tile = { region: { x: 1, y: 0, width: 3, height: 3 }, kept: { x: 2, y: 1, width: 2, height: 2 } };
  // The model's output is wider than the tile: it was filled up.
  const found = Float32Array.from([0, 0, 0, 9, 0, 0.2, 0.4, 9, 0, 0.6, 1, 9]);
  pasteTile(map, tile, found, 4);
  expect([...map.values]).toEqual([0, 0, 0, 0, 0, 0, 51, 102, 0, 0, 153, 255]);
});
