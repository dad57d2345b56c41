/** The units whose sums are stored, the longest first. Hours and days are those of UTC. */
export const statsUnits = ['DAY', 'HOUR', 'QUARTER_HOUR'] as const;
export type StatsUnit = (typeof statsUnits)[number];
/** A unit that sums others. */
export type RolledUnit = Exclude<StatsUnit, 'QUARTER_HOUR'>;

export const unitMs: Record<StatsUnit, number> = { DAY: 86_400_000, HOUR: 3_600_000, QUARTER_HOUR: 900_000 };

/** How far the counters of an organisation are rolled up: periods that began before are stored. */
export type RolledUntil = Record<RolledUnit, Date>;

export interface Range {
  from: Date;
  to: Date;
}

/** The parts of a period, by the unit whose rows are to be summed there. Together they are the whole period, once. */
export type Pieces = Record<StatsUnit, Range[]>;

/** The period of a unit that a time is in. */
export function startOfUnit(time: Date, unit: StatsUnit): Date {
  return new Date(Math.floor(time.getTime() / unitMs[unit]) * unitMs[unit]);
}

/**
 * Divides a period into days, hours and quarters of an hour, of which it takes the longest that are rolled up and do not reach over the
 * start of an interval.
 * @param starts of the intervals, in order; whole quarters of an hour.
 */
export function divide(period: Range, starts: readonly Date[], until: RolledUntil): Pieces {
  const pieces: Pieces = { DAY: [], HOUR: [], QUARTER_HOUR: [] };
  const inside = starts.filter((start) => start > period.from && start < period.to);
  const bounds = [period.from, ...inside, period.to];
  for (const [index, from] of bounds.slice(0, -1).entries())
    divideInterval(pieces, { from, to: bounds[index + 1]! }, until, 0);
  return pieces;
}

function divideInterval(pieces: Pieces, { from, to }: Range, until: RolledUntil, level: number): void {
  if (from >= to) return;
  const unit = statsUnits[level]!;
  if (unit === 'QUARTER_HOUR') {
    addRange(pieces[unit], { from, to });
    return;
  }
  const first = startOfUnit(new Date(from.getTime() + unitMs[unit] - 1), unit);
  const last = startOfUnit(to < until[unit] ? to : until[unit], unit);
  if (first >= last) {
    divideInterval(pieces, { from, to }, until, level + 1);
    return;
  }
  divideInterval(pieces, { from, to: first }, until, level + 1);
  addRange(pieces[unit], { from: first, to: last });
  divideInterval(pieces, { from: last, to }, until, level + 1);
}

/** Ranges come in order of time; one that continues the last is joined to it. */
function addRange(ranges: Range[], range: Range): void {
  const before = ranges.at(-1);
  if (before && before.to.getTime() === range.from.getTime()) before.to = range.to;
  else ranges.push({ ...range });
}
