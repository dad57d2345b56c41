import type { Verification } from './verify.ts';

/** How a picture that an item was taught agrees with a detection. */
export interface TaughtVerification {
  verification: Verification;
  /** See standsAlone. */
  alone: boolean;
}

/**
 * How an item agrees with a detection, by its catalogue pictures and those that it was taught. One that stands alone counts as a
 * catalogue picture does. The others confirm: ln(1 + score) is the mean of that of the catalogue pictures and the better of both.
 * Rejected: the best of all pictures. Two photographs from one shop agree in more than the product, so with one picture taught
 * 3.5 % of the names were wrong that had all been right.
 * @param own the best of the catalogue pictures; null: none has features.
 */
export function confirmVerification(
  own: Verification | null,
  taught: readonly TaughtVerification[],
): Verification | null {
  let best = own;
  for (const { verification, alone } of taught) {
    const joined = alone || own === null ? verification : confirm(own, verification);
    if (best === null || joined.score > best.score) best = joined;
  }
  return best;
}

function confirm(own: Verification, taught: Verification): Verification {
  if (taught.score <= own.score) return own;
  const score = Math.expm1((Math.log1p(own.score) + Math.log1p(taught.score)) / 2);
  return { score, inliers: taught.inliers };
}
