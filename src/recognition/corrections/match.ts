import { overlap } from '../box.ts';
import type { Detection } from '../detection.ts';
import type { BoxNumbers } from '../rounding.ts';
import { boxOf, type Statement } from './statement.ts';

/** Two boxes show the same product if they overlap this much (intersection over union), as is usual when detectors are judged. */
export const sameProductOverlap = 0.5;

export interface MatchedCorrections<C> {
  /** By index in the result; a detection has at most one. */
  byDetection: ReadonlyMap<number, C>;
  /** Those of no detection, newest first. No two of them are about the same product. */
  alone: readonly C[];
}

/**
 * Which detections of one run of a picture its corrections are about. A correction of this very run knows its detection; all others
 * are matched by the overlap of their boxes, best first. A correction whose product has another one already is left out: it was made on
 * another run, and only one of the two can count.
 * @param corrections with different ids
 */
export function matchCorrections<C extends Statement>(
  analysisId: string,
  detections: readonly Pick<Detection, 'box'>[],
  corrections: readonly C[],
): MatchedCorrections<C> {
  const byDetection = new Map<number, C>();
  const open: C[] = [];
  for (const correction of corrections) {
    const index = correction.analysis_id === analysisId ? correction.detection_index : null;
    if (index !== null && index < detections.length) byDetection.set(index, correction);
    else open.push(correction);
  }
  const pairs = findPairs(detections, open);
  const placed = new Set<C>();
  for (const { correction, index } of pairs) {
    if (byDetection.has(index) || placed.has(correction)) continue;
    byDetection.set(index, correction);
    placed.add(correction);
  }
  // What overlaps a detection and did not get it is about a product that has a correction.
  const late = new Set(pairs.map(({ correction }) => correction));
  return { byDetection, alone: keepNewest(open.filter((correction) => !late.has(correction))) };
}

interface Pair<C> {
  correction: C;
  index: number;
  shared: number;
}

/** Best first; of equal ones the newer correction, then the first detection, so that the order is always the same. */
function findPairs<C extends Statement>(detections: readonly Pick<Detection, 'box'>[], open: readonly C[]): Pair<C>[] {
  const pairs = open.flatMap((correction) =>
    detections.flatMap(({ box }, index) => {
      // A later run may have found it where the person put it.
      const shared = Math.max(overlapOf(box, correction.box), overlapOf(box, boxOf(correction)));
      return shared >= sameProductOverlap ? [{ correction, index, shared }] : [];
    }),
  );
  return pairs.sort((a, b) => b.shared - a.shared || byAge(a.correction, b.correction) || a.index - b.index);
}

/** Newest first. Of several about the same product, the newest. */
function keepNewest<C extends Statement>(corrections: readonly C[]): C[] {
  const kept: C[] = [];
  for (const correction of [...corrections].sort(byAge))
    if (!kept.some(({ box }) => isSameProduct(box, correction.box))) kept.push(correction);
  return kept;
}

/** Ids sort by time. */
function byAge(a: Statement, b: Statement): number {
  if (a.id === b.id) return 0;
  return a.id > b.id ? -1 : 1;
}

export function isSameProduct(a: Readonly<BoxNumbers>, b: Readonly<BoxNumbers>): boolean {
  return overlapOf(a, b) >= sameProductOverlap;
}

/** Index of the detection that shows what the box shows; null: none does. */
export function findDetection(box: Readonly<BoxNumbers>, detections: readonly Pick<Detection, 'box'>[]): number | null {
  let best: number | null = null;
  let most = sameProductOverlap;
  for (const [index, detection] of detections.entries()) {
    const shared = overlapOf(box, detection.box);
    if (shared < most || (shared === most && best !== null)) continue;
    most = shared;
    best = index;
  }
  return best;
}

function overlapOf(a: Readonly<BoxNumbers>, b: Readonly<BoxNumbers>): number {
  return overlap(toBox(a), toBox(b));
}

function toBox([x, y, width, height]: Readonly<BoxNumbers>) {
  return { x, y, width, height };
}
