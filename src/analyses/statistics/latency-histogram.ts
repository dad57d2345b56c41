/**
 * Quantiles of times, from counts that can be added and subtracted: a histogram whose buckets grow by a constant factor, like that
 * of DDSketch (https://arxiv.org/abs/1908.10693), but without a limit on the number of buckets, because times from a millisecond to
 * a year need only 600.
 */

/** Maximum relative error of an estimated quantile. */
export const relativeError = 0.02;

const growth = (1 + relativeError) / (1 - relativeError);
const logGrowth = Math.log(growth);

/** Number of times in each bucket, by index. */
export type LatencyCounts = Readonly<Record<string, number>>;

/** The bucket of a time; everything up to a millisecond is in the first, 0. */
export function latencyIndex(milliseconds: number): number {
  return milliseconds <= 1 ? 0 : Math.ceil(Math.log(milliseconds) / logGrowth);
}

/** A time that differs by at most {@link relativeError} from every time of the bucket above a millisecond. */
function representative(index: number): number {
  return (2 * growth ** index) / (growth + 1);
}

/**
 * The time in milliseconds that a fraction of all times does not exceed, within {@link relativeError}; null: there are none.
 * @param quantile 0 is the shortest time, 1 the longest.
 */
export function latencyQuantile(counts: LatencyCounts, quantile: number): number | null {
  const sorted = Object.entries(counts)
    .map(([index, count]) => [Number(index), count] as const)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const rank = quantile * (total - 1);
  let below = 0;
  for (const [index, count] of sorted) {
    below += count;
    if (below > rank) return representative(index);
  }
  return null;
}
