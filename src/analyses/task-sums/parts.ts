import type { DateTimeRange } from '../../database/filters.ts';
import { bucketMs, bucketOf } from '../statistics/counts.ts';
import { divide, type Range, type StatsUnit } from '../statistics/roll-ups.ts';

/** What together is a period, once. */
export interface Parts {
  /** The sums to add, by the unit of their rows. */
  sums: { unit: StatsUnit | 'ALL'; range: Range }[];
  /** Of which recorded changes are to be added as well; null: none. */
  changes: Range | null;
  /** Less than a quarter of an hour each, so the analyses themselves are read. */
  edges: Range[];
}

const always: Range = { from: new Date(0), to: new Date('9999-12-31T00:00:00Z') };

/** @param ofPlaces single places have no sums of hours and days. */
export function partsOf(createdAt: DateTimeRange | null, ofPlaces: boolean): Parts {
  const from = createdAt?.from ?? always.from;
  const to = createdAt?.to ?? always.to;
  if (!createdAt?.from && !createdAt?.to) return { sums: [{ unit: 'ALL', range: always }], changes: always, edges: [] };
  const whole = { from: bucketOf(new Date(from.getTime() + bucketMs - 1)), to: bucketOf(to) };
  if (whole.from >= whole.to) return { sums: [], changes: null, edges: from < to ? [{ from, to }] : [] };
  const until = ofPlaces ? always.from : always.to;
  const pieces = divide(whole, [], { DAY: until, HOUR: until });
  return {
    sums: (['DAY', 'HOUR', 'QUARTER_HOUR'] as const).flatMap((unit) => pieces[unit].map((range) => ({ unit, range }))),
    changes: whole,
    edges: [
      { from, to: whole.from },
      { from: whole.to, to },
    ].filter((edge) => edge.from < edge.to),
  };
}
