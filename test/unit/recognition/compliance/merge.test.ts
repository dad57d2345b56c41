import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeCompliance } from '../../../../src/recognition/compliance/judge.ts';
import { mergeCompliance } from '../../../../src/recognition/compliance/merge.ts';
import { type Bay, crop, planOf, takePicture } from '../support/bay.ts';

const bay: Bay = {
  heights: [0.4, 0.35, 0.4],
  shelves: [0, 1, 2].map((shelf) =>
    Array.from({ length: 8 }, (_, position) => ({
      itemId: `item-${shelf}-${position}`,
      facings: 1 + (position % 3),
      stack: 1 + ((shelf + position) % 2),
      ...{ width: 0.08, height: 0.12 },
    })),
  ),
};

test('halves of a bay that overlap show together what a picture of all of it shows', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0.3, max: 0.45, noNaN: true }), (pick, cut) => {
      const [shelf, position] = [pick % 3, 1 + (pick % 6)];
      const row = bay.shelves[shelf]!;
      const block = row[position] as { facings: number };
      const damaged = row.with(position, { gap: block.facings * 0.084 });
      const picture = takePicture({ ...bay, shelves: bay.shelves.with(shelf, damaged) });
      const plan = planOf(bay);
      const parts = [{ right: cut }, { left: cut }].map((part) => judgeCompliance(plan, crop(picture, part)));
      const merged = mergeCompliance(parts.map(({ positions }, index) => ({ picture: index, positions })));
      const whole = judgeCompliance(plan, picture);
      expect(merged.positions.map(({ status }) => status)).toEqual(whole.positions.map(({ status }) => status));
      expect(merged.score).toBe(whole.score);
    }),
  );
});

test('nothing is known without pictures', () => {
  expect(mergeCompliance([])).toEqual({ score: null, positions: [] });
});
