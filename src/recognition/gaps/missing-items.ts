import type { Compliance, JudgedPosition } from '../compliance/compliance.ts';
import { type PlacedDetection, toSeenShelves } from '../compliance/seen.ts';
import type { Gap } from './find-gaps.ts';

/** The item that a gap lacks, and who says so; null: nobody knows. */
export type MissingItem = { itemId: string; source: 'PLANOGRAM' | 'LAST_IMAGE' } | null;

/** By the plan: what is missing between the positions of its neighbours, or else a neighbour of which there are too few. */
export function missingByPlan({ left, right }: Pick<Gap, 'left' | 'right'>, { positions }: Compliance): MissingItem {
  const ofLeft = positionOf(left, positions);
  const ofRight = positionOf(right, positions);
  const known = ofLeft ?? ofRight;
  if (!known || (ofLeft && ofRight && ofLeft.shelf !== ofRight.shelf)) return null;
  // At the end of a shelf, everything beyond the neighbour.
  if ((left !== null && !ofLeft) || (right !== null && !ofRight)) return null;
  const from = ofLeft ? ofLeft.position : -1;
  const to = ofRight ? ofRight.position : Number.POSITIVE_INFINITY;
  const between = positions.find(
    ({ shelf, position, status }) => shelf === known.shelf && position > from && position < to && isGone.has(status),
  );
  const tooFew = [ofLeft, ofRight].find((position) => position?.status === 'TOO_FEW_FACINGS');
  const missing = between ?? tooFew;
  return missing ? { itemId: missing.itemId, source: 'PLANOGRAM' } : null;
}

const isGone: ReadonlySet<JudgedPosition['status']> = new Set(['MISSING', 'OUT_OF_ORDER', 'MISPLACED']);
const isInPlace: ReadonlySet<JudgedPosition['status']> = new Set(['FOUND', 'TOO_FEW_FACINGS', 'TOO_MANY_FACINGS']);

function positionOf(detection: number | null, positions: readonly JudgedPosition[]): JudgedPosition | undefined {
  if (detection === null) return undefined;
  return positions.find(({ status, detections }) => isInPlace.has(status) && detections.includes(detection));
}

/** By an earlier picture: what stood between the items of its neighbours, on the first shelf where something did. */
export function missingByPicture(
  { left, right }: Pick<Gap, 'left' | 'right'>,
  detections: readonly PlacedDetection[],
  earlier: readonly PlacedDetection[],
): MissingItem {
  const [before, after] = [left, right].map((index) => (index === null ? null : detections[index]!.itemId));
  if ((left !== null && before === null) || (right !== null && after === null)) return null;
  for (const { products } of toSeenShelves(earlier)) {
    const items = products.map(({ itemId }) => itemId);
    const from = left === null ? -1 : items.lastIndexOf(before!);
    const to = right === null ? items.length : items.indexOf(after!, from + 1);
    if ((left !== null && from === -1) || to === -1) continue;
    const itemId = items.slice(from + 1, to).find((item) => item !== null);
    if (itemId != null) return { itemId, source: 'LAST_IMAGE' };
  }
  return null;
}
