import type { Kysely } from 'kysely';
import { type CorrectionRow, isApplied } from '../analyses/corrections/correction.ts';
import { findRunCorrections } from '../analyses/corrections/run-corrections.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { ShelfFindings } from '../recognition/alerts/conditions.ts';
import { pricesOf } from '../recognition/alerts/item-prices.ts';
import { judgeCompliance } from '../recognition/compliance/judge.ts';
import { type CorrectedDetection, correctDetections } from '../recognition/corrections/apply.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import type { AnalysisCompliance } from './compliance.repository.ts';
import { type CorrectableShelf, findCorrectableShelves } from './correctable-shelves.repository.ts';
import type { AnalysisGaps } from './gaps.repository.ts';
import { lookForGaps } from './look-for-gaps.ts';

/** A result on the basis CORRECTED, with the shelves that follow from it. */
export interface CorrectedShelf {
  /** What `compliance` and `gaps` refer to by index. */
  detections: readonly CorrectedDetection[];
  /** By the version that the result was judged by as it was found; null: by none. */
  compliance: AnalysisCompliance | null;
  /** null: they were not looked for. */
  gaps: AnalysisGaps | null;
  /** The corrections that it was made with. */
  correctionIds: string;
}

/** What alerts are evaluated by. */
export function findingsOf(
  { compliance, gaps, detections }: Pick<CorrectedShelf, 'compliance' | 'gaps' | 'detections'>,
  tags: readonly PriceTag[] | null,
): ShelfFindings {
  return { compliance, gapShare: gaps?.share ?? null, prices: pricesOf(tags ?? [], itemsFound(detections)) };
}

/** The items of the detections as price tags refer to them: by their index in the result as it was found. */
export function itemsFound(detections: readonly CorrectedDetection[]): (string | null)[] {
  const items: (string | null)[] = [];
  for (const { index, detection } of detections) if (index !== null) items[index] = detection.itemId;
  return items;
}

/**
 * Judges results again with the applied corrections of their pictures, by the version of the planogram that they were judged by, and
 * looks for gaps again where they were looked for. Nothing of it is stored: it takes some milliseconds a picture, and only for those
 * that have corrections.
 * @param known what was made earlier: it is taken over where the corrections are still the same
 * @returns by analysis; a result without applied corrections is left out, since it is as it was found
 */
export async function correctShelves(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
  known: ReadonlyMap<string, CorrectedShelf> = new Map(),
): Promise<Map<string, CorrectedShelf>> {
  const made = new Map<string, CorrectedShelf>();
  const left = new Map<string, CorrectionRow[]>();
  for (const run of await findRunCorrections(db, organizationId, analysisIds)) {
    const corrections = run.corrections.filter(isApplied);
    const earlier = known.get(run.analysisId);
    if (earlier?.correctionIds === namesOf(corrections)) made.set(run.analysisId, earlier);
    else if (corrections.length > 0) left.set(run.analysisId, corrections);
  }
  if (left.size === 0) return made;
  for (const shelf of await findCorrectableShelves(db, organizationId, [...left.keys()]))
    made.set(shelf.analysisId, await correctShelf(db, shelf, left.get(shelf.analysisId)!));
  return made;
}

/** The same for one result that need not be stored. */
export async function correctShelf(
  db: Kysely<DB>,
  shelf: CorrectableShelf,
  corrections: readonly CorrectionRow[],
): Promise<CorrectedShelf> {
  const { analysisId, organizationId, plan, hasGaps, width, height } = shelf;
  const all = correctDetections(analysisId, shelf.detections, corrections);
  const detections = all.map(({ detection }) => detection);
  const compliance = plan && {
    ...{ analysisId, organizationId, planogramId: plan.planogramId, version: plan.version },
    ...judgeCompliance(plan.fixture, { width, height, detections }),
  };
  const gaps = hasGaps ? await lookForGaps(db, shelf, { detections, compliance }) : null;
  return { detections: all, compliance, gaps, correctionIds: namesOf(corrections) };
}

function namesOf(corrections: readonly CorrectionRow[]): string {
  return corrections.map(({ id }) => id).join();
}
