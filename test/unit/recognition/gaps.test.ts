import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlacedDetection } from '../../../src/recognition/compliance/seen.ts';
import { findGaps, gapShare } from '../../../src/recognition/gaps/find-gaps.ts';
import { type Bay, type Block, takePicture } from './support/bay.ts';

const metres = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Shelves of the same length, since their ends are compared. */
const bay: fc.Arbitrary<Bay> = fc
  .tuple(fc.array(fc.integer({ min: 3, max: 8 }), { minLength: 3, maxLength: 5 }), metres(0.06, 0.1))
  .map(([counts, width]) => ({
    heights: counts.map(() => 0.35),
    shelves: counts.map((_, shelf) =>
      Array.from(
        { length: 6 },
        (__, position): Block => ({
          ...{ itemId: `item-${shelf}-${position}`, facings: 1, stack: 1 + (position % 2) },
          ...{ width, height: 0.1 + 0.02 * (counts[shelf]! % 3) },
        }),
      ),
    ),
  }));

test('a full shelf has no gap', () => {
  fc.assert(
    fc.property(bay, (whole) => {
      const { detections } = takePicture(whole);
      expect(findGaps(detections)).toEqual([]);
      expect(gapShare(detections, [])).toBe(0);
    }),
  );
});

test('products that were taken away leave a gap of their size, also at the ends', () => {
  fc.assert(
    fc.property(bay, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 2 }), (whole, pick, spot, count) => {
      const shelf = pick % whole.shelves.length;
      const row = whole.shelves[shelf]!;
      const position = spot % (row.length - count + 1);
      const { width } = row[0] as Block;
      const gap = { gap: count * (width + 0.004) };
      const shelves = whole.shelves.with(shelf, row.toSpliced(position, count, gap));
      const full = takePicture(whole).detections;
      const { detections } = takePicture({ ...whole, shelves });
      const gaps = findGaps(detections);
      expect(gaps).toMatchObject([{ shelf, facings: count }]);
      const taken = full.filter(
        ({ place }) => place![0] === shelf && place![1] >= position && place![1] < position + count,
      );
      const left = Math.min(...taken.map(({ box: [x] }) => x));
      const right = Math.max(...taken.map(({ box: [x, , boxWidth] }) => x + boxWidth));
      const [x, , gapWidth] = gaps[0]!.box;
      expect(Math.abs(x - left)).toBeLessThan(10);
      expect(Math.abs(x + gapWidth - right)).toBeLessThan(10);
      expect(gapShare(detections, gaps)).toBeCloseTo(count / (whole.shelves.length * row.length), 1);
    }),
  );
});

test('the corner of a pack is no shelf, and where other products stand there is no gap', () => {
  const pack = (x: number, y: number, place: [number, number, number], height = 300): PlacedDetection => ({
    ...{ itemId: null, place },
    box: [x, y, 100, height],
  });
  const rows = [0, 1, 2].flatMap((shelf) =>
    Array.from({ length: 8 }, (_, position) => pack(position * 104, shelf * 400, [shelf, position, 0])),
  );
  expect(findGaps([...rows, pack(0, 1_190, [3, 0, 0], 60)])).toEqual([]);
  // Taken for a row of its own, in front of the second shelf.
  const inFront = [pack(0, 450, [3, 0, 0]), pack(728, 450, [3, 1, 0])];
  expect(findGaps([...rows, ...inFront])).toEqual([]);
});

test('without products there is no shelf, and nothing to be said of it', () => {
  expect(findGaps([])).toEqual([]);
  expect(gapShare([], [])).toBeNull();
});
