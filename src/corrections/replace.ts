import type { CorrectionRow, CorrectionStatus } from '../analyses/corrections/correction.ts';
import { isSameProduct, matchCorrections } from '../recognition/corrections/match.ts';
import type { Detection } from '../recognition/detection.ts';

/**
 * The corrections after a new or approved one was added: without those about the same product that it replaces. A proposal replaces
 * proposals only, so that what counts stays until the proposal is approved.
 * @param current of this picture and others
 * @param run that it was made on, with its detections as found
 */
export function replaceBy(
  next: CorrectionRow,
  current: readonly CorrectionRow[],
  run: { detections: readonly Detection[] | null },
): CorrectionRow[] {
  const replaceable: CorrectionStatus[] = next.status === 'APPLIED' ? ['APPLIED', 'PROPOSED'] : ['PROPOSED'];
  const others = current.filter(({ id }) => id !== next.id);
  const replaced = new Set(
    replaceable.flatMap((status) => {
      const same = others.filter((one) => one.first_run === next.first_run && one.status === status);
      return findSameProduct(next, same, run.detections ?? []);
    }),
  );
  return [...others.filter((one) => !replaced.has(one)), next];
}

function findSameProduct(
  next: CorrectionRow,
  same: readonly CorrectionRow[],
  detections: readonly Detection[],
): CorrectionRow[] {
  const { byDetection } = matchCorrections(next.analysis_id, detections, same);
  const there = next.detection_index === null ? undefined : byDetection.get(next.detection_index);
  const elsewhere = new Set(byDetection.values());
  return same.filter((one) => one === there || (!elsewhere.has(one) && isSameProduct(one.box, next.box)));
}
