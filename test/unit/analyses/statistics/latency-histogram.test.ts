import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCounts, type Counts, noCounts } from '../../../../src/analyses/statistics/counts.ts';
import { latencyIndex, latencyQuantile, relativeError } from '../../../../src/analyses/statistics/latency-histogram.ts';

/** From two milliseconds to some ten years; what is shorter counts as one. */
const milliseconds = fc.double({ min: 2, max: 3e11, noNaN: true });
const quantile = fc.double({ min: 0, max: 1, noNaN: true });

function countsOf(times: readonly number[]): Counts {
  const counts = noCounts();
  for (const time of times) addCounts(counts, { ...noCounts(), latencies: { [latencyIndex(time)]: 1 } });
  return counts;
}

describe('a quantile', () => {
  test('is as near to the true one as promised, whatever the times are', () => {
    fc.assert(
      fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 200 }), quantile, (times, share) => {
        const sorted = times.toSorted((a, b) => a - b);
        const exact = sorted[Math.floor(share * (sorted.length - 1))]!;
        const estimate = latencyQuantile(countsOf(times).latencies, share)!;
        expect(Math.abs(estimate - exact) / exact).toBeLessThanOrEqual(relativeError + 1e-9);
      }),
    );
  });

  test('of times put together is that of all of them, in whatever order, and taking some away leaves the others', () => {
    fc.assert(
      fc.property(fc.array(milliseconds, { minLength: 1 }), fc.array(milliseconds), quantile, (kept, others, share) => {
        const both = countsOf(others);
        addCounts(both, countsOf(kept));
        expect(latencyQuantile(both.latencies, share)).toBe(
          latencyQuantile(countsOf([...kept, ...others]).latencies, share),
        );
        addCounts(both, countsOf(others), -1);
        expect(latencyQuantile(both.latencies, share)).toBe(latencyQuantile(countsOf(kept).latencies, share));
      }),
    );
  });

  test('never falls while the share grows', () => {
    fc.assert(
      fc.property(fc.array(milliseconds, { minLength: 1 }), quantile, quantile, (times, a, b) => {
        const { latencies } = countsOf(times);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(latencyQuantile(latencies, low)!).toBeLessThanOrEqual(latencyQuantile(latencies, high)!);
      }),
    );
  });

  test('of nothing is null, and of times up to a millisecond about one', () => {
    expect(latencyQuantile({}, 0.5)).toBeNull();
    expect(latencyQuantile({ 5: 0 }, 0.5)).toBeNull();
    expect(latencyQuantile(countsOf([0, 0.2, 1]).latencies, 1)).toBeCloseTo(1, 1);
  });
});
