import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Compliance } from '../recognition/compliance/compliance.ts';
import type { PlacedDetection } from '../recognition/compliance/seen.ts';
import { findGaps, gapShare } from '../recognition/gaps/find-gaps.ts';
import { type MissingItem, missingByPicture, missingByPlan } from '../recognition/gaps/missing-items.ts';
import { roundShare } from '../recognition/rounding.ts';
import type { AnalysisGaps } from './gaps.repository.ts';
import { findEarlierDetections, type ShelfCheck } from './shelf-checks.repository.ts';

/** The gaps of a picture, with what should stand there according to its planogram, or else to the picture of the place before it. */
export async function lookForGaps(
  db: Kysely<DB>,
  {
    analysisId,
    organizationId,
    taskId,
    placeId,
    takenAt,
  }: Pick<ShelfCheck, 'analysisId' | 'organizationId' | 'taskId' | 'placeId' | 'takenAt'>,
  { detections, compliance }: { detections: readonly PlacedDetection[]; compliance: Compliance | null },
): Promise<AnalysisGaps> {
  const gaps = findGaps(detections).map((gap) => ({
    ...gap,
    missing: compliance && missingByPlan(gap, compliance),
  }));
  const share = gapShare(detections, gaps);
  const isAnyUnknown = gaps.some(({ missing }) => missing === null);
  const earlier =
    isAnyUnknown && placeId !== null
      ? await findEarlierDetections(db, organizationId, { taskId, placeId, takenAt })
      : null;
  return {
    ...{ analysisId, organizationId },
    gaps: gaps.map((gap) => ({
      ...gap,
      missing: gap.missing ?? ((earlier && missingByPicture(gap, detections, earlier)) satisfies MissingItem),
    })),
    share: share === null ? null : roundShare(share),
  };
}
