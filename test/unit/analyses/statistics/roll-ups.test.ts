import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  divide,
  type Range,
  type RolledUntil,
  statsUnits,
  unitMs,
} from '../../../../src/analyses/statistics/roll-ups.ts';

const quarterMs = unitMs.QUARTER_HOUR;
const quarters = (most: number) => fc.integer({ min: 0, max: most }).map((count) => new Date(count * quarterMs));
const cases = fc
  .record({
    bounds: fc.tuple(quarters(1_000), quarters(1_000)),
    starts: fc.array(quarters(1_000), { maxLength: 12 }),
    hours: fc.integer({ min: 0, max: 250 }),
    daysBehind: fc.integer({ min: 0, max: 10 }),
  })
  .map(({ bounds, starts, hours, daysBehind }) => {
    const [from, to] = bounds.sort((a, b) => a.getTime() - b.getTime()) as [Date, Date];
    const days = Math.max(0, Math.floor(hours / 24) - daysBehind);
    const until: RolledUntil = { HOUR: new Date(hours * unitMs.HOUR), DAY: new Date(days * unitMs.DAY) };
    return { period: { from, to }, starts: starts.sort((a, b) => a.getTime() - b.getTime()), until };
  });

/** The starts of all units of the ranges. */
function startsOf(ranges: readonly Range[], stepMs: number): number[] {
  return ranges.flatMap(({ from, to }) =>
    Array.from({ length: (to.getTime() - from.getTime()) / stepMs }, (_, index) => from.getTime() + index * stepMs),
  );
}

test('a period is divided into whole units that cover it once, of which none reaches over the start of an interval', () => {
  fc.assert(
    fc.property(cases, ({ period, starts, until }) => {
      const pieces = divide(period, starts, until);
      const covered: number[] = [];
      for (const unit of statsUnits)
        for (const start of startsOf(pieces[unit], unitMs[unit])) {
          const end = start + unitMs[unit];
          expect(start % unitMs[unit]).toBe(0);
          if (unit !== 'QUARTER_HOUR') expect(end).toBeLessThanOrEqual(until[unit].getTime());
          expect(starts.some((each) => each.getTime() > start && each.getTime() < end)).toBe(false);
          covered.push(...startsOf([{ from: new Date(start), to: new Date(end) }], quarterMs));
        }
      expect(covered.sort((a, b) => a - b)).toEqual(startsOf([period], quarterMs));
    }),
  );
});

test('a month of whole days needs no shorter unit, and ranges that follow each other are one', () => {
  const day = (number: number) => new Date(number * unitMs.DAY);
  const starts = Array.from({ length: 30 }, (_, index) => day(index));
  const until = { HOUR: day(40), DAY: day(40) };
  expect(divide({ from: day(0), to: day(30) }, starts, until)).toEqual({
    DAY: [{ from: day(0), to: day(30) }],
    HOUR: [],
    QUARTER_HOUR: [],
  });
  // Days of Berlin begin at 22:00 or 23:00 UTC.
  const berlin = starts.map((start) => new Date(start.getTime() - unitMs.HOUR));
  expect(divide({ from: berlin[0]!, to: berlin[29]! }, berlin, until)).toMatchObject({
    DAY: [],
    HOUR: [{ from: berlin[0]!, to: berlin[29]! }],
    QUARTER_HOUR: [],
  });
});
