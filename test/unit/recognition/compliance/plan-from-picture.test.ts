import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeCompliance } from '../../../../src/recognition/compliance/judge.ts';
import { planFromPicture } from '../../../../src/recognition/compliance/plan-from-picture.ts';
import { type OnShelf, takePicture } from '../support/bay.ts';

/** Few items, so that they stand again further along the shelf; null was not named. */
const onShelf: fc.Arbitrary<OnShelf> = fc.oneof(
  fc.record({
    itemId: fc.constantFrom('tea', 'jam', 'soda', null),
    facings: fc.integer({ min: 1, max: 4 }),
    stack: fc.integer({ min: 1, max: 2 }),
    width: fc.double({ min: 0.08, max: 0.1, noNaN: true }),
    height: fc.constant(0.12),
  }),
  fc.record({ gap: fc.double({ min: 0.02, max: 0.4, noNaN: true }) }),
);

const shelves = fc.array(fc.array(onShelf, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });

test('a picture agrees in every position with the plan that is made of it', () => {
  fc.assert(
    fc.property(shelves, (given) => {
      const rows = given.filter((row) => row.some((entry) => 'itemId' in entry));
      fc.pre(rows.length > 0);
      const picture = takePicture({ heights: rows.map(() => 0.4), shelves: rows });
      const plan = planFromPicture(picture.detections);
      fc.pre(plan.length > 0);
      const fixture = {
        shelves: plan.map((positions) => ({
          ...{ height: null, width: null },
          positions: positions.map((position) => ({ ...position, orientation: 'FRONT' as const, width: null })),
        })),
      };
      const { score, positions } = judgeCompliance(fixture, picture);
      expect(positions.filter(({ status }) => status !== 'FOUND')).toEqual([]);
      expect(score).toBe(1);
    }),
  );
});
