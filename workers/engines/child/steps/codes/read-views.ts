import type { Box } from '../../../../../src/recognition/box.ts';
import { type CodesFound, centreOf, type ReadCode } from '../../../../../src/recognition/codes/code.ts';
import { addCodes } from '../../../../../src/recognition/codes/collect.ts';
import { gtinOf } from '../../../../../src/recognition/codes/gtin.ts';
import type { ViewGroup } from '../../../../../src/recognition/codes/plan-views.ts';
import type { View } from '../../../../../src/recognition/codes/view.ts';

/** Limits for one picture. */
export interface ReadingLimits {
  codes: number;
  /** Checked between views. */
  ms: number;
}

/** A shelf has some tens of readable codes, and a wall of labels may have more. Most pictures take less than a second. */
export const readingLimits: ReadingLimits = { codes: 200, ms: 20_000 };

/**
 * Reads view after view until one of the limits is reached. Turned views are left out where a product number was found already.
 * @param read the codes of a view, at most as many as it is told.
 */
export async function readViews(
  groups: readonly ViewGroup[],
  read: (view: View, most: number) => Promise<ReadCode[]>,
  limits: ReadingLimits,
): Promise<CodesFound> {
  const codes: ReadCode[] = [];
  const endsAt = performance.now() + limits.ms;
  for (const { region, views } of groups) {
    for (const view of views) {
      if (view.angle !== 0 && codes.some((code) => isProductIn(code, region))) continue;
      if (performance.now() >= endsAt) return { codes, isComplete: false };
      addCodes(codes, await read(view, limits.codes + 1));
      if (codes.length > limits.codes) return { codes: codes.slice(0, limits.codes), isComplete: false };
    }
  }
  return { codes, isComplete: true };
}

function isProductIn(code: ReadCode, { x, y, width, height }: Box): boolean {
  const [centreX, centreY] = centreOf(code.corners);
  const isInside = centreX >= x && centreX <= x + width && centreY >= y && centreY <= y + height;
  return isInside && gtinOf(code) !== null;
}
