/** A fraction (0..1) with its 95 % confidence interval. */
export interface Estimate {
  right: number;
  of: number;
  share: number;
  low: number;
  high: number;
}

/** Quantile of the normal distribution for 95 %. */
const Z = 1.96;

/**
 * The Wilson score interval of a fraction; null if there are no cases. Used instead of the usual ± z·√(p(1-p)/n), which gives
 * "exactly 1" for 5 right of 5.
 */
export function estimate(right: number, of: number): Estimate | null {
  if (of === 0) return null;
  const share = right / of;
  const centre = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { right, of, share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
