import type { Kysely, Transaction } from 'kysely';
import type { Move } from '../analyses/life.repository.ts';
import type { AnalysisResult } from '../analyses/result.ts';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { judgeCompliance } from '../recognition/compliance/judge.ts';
import { findGaps, gapShare } from '../recognition/gaps/find-gaps.ts';
import { type MissingItem, missingByPicture, missingByPlan } from '../recognition/gaps/missing-items.ts';
import { roundShare } from '../recognition/rounding.ts';
import type { AnalysisWarning } from '../shared/warning.ts';
import { type AnalysisCompliance, insertCompliance } from './compliance.repository.ts';
import { type AnalysisGaps, insertGaps } from './gaps.repository.ts';
import { findEarlierDetections, findShelfChecks, type ShelfCheck } from './shelf-checks.repository.ts';

/** What the shelves of a picture say beyond their products. */
export interface CheckedShelf {
  check: ShelfCheck;
  /** null: no planogram counts for it, or the comparison failed. */
  compliance: AnalysisCompliance | null;
  /** Why there is no compliance although a planogram counts; null: there is one, or none counts. */
  warning: AnalysisWarning | null;
  /** null: they were not asked for. */
  gaps: AnalysisGaps | null;
}

/**
 * Compares the results of these moves with the planograms that count for their analyses, and looks for gaps where the task asks for
 * them. Call it before the transaction that writes the results: events of all organisations wait for that one.
 */
export async function checkShelves(db: Kysely<DB>, moves: readonly Move[], logger: Logger): Promise<CheckedShelf[]> {
  const results = new Map(moves.flatMap(({ analysisId, result }) => (result ? [[analysisId, result] as const] : [])));
  if (results.size === 0) return [];
  const checked: CheckedShelf[] = [];
  for (const check of await findShelfChecks(db, [...results.keys()])) {
    const result = results.get(check.analysisId)!;
    const compliance = judge(check, result, logger);
    const gaps = check.findGaps ? await lookForGaps(db, check, { result, compliance }) : null;
    const warning = check.plan !== null && compliance === null ? notCompared : null;
    checked.push({ check, compliance, warning, gaps });
  }
  return checked;
}

const notCompared: AnalysisWarning = {
  code: 'PLANOGRAM_NOT_COMPARED',
  message:
    'The image was not compared with its planogram, because the server failed. Rerun the analysis to compare it.',
};

/** The moves with the warnings in their results. */
export function withWarnings<M extends Pick<Move, 'analysisId' | 'result'>>(
  moves: readonly M[],
  checked: readonly CheckedShelf[],
): M[] {
  const warnings = new Map(checked.map(({ check, warning }) => [check.analysisId, warning]));
  return moves.map((move) => {
    const warning = warnings.get(move.analysisId);
    if (!warning || !move.result) return move;
    return { ...move, result: { ...move.result, warnings: [...move.result.warnings, warning] } };
  });
}

/** Stores them, in the transaction that writes their results. */
export async function insertChecked(trx: Transaction<DB>, checked: readonly CheckedShelf[]): Promise<void> {
  await insertCompliance(
    trx,
    checked.flatMap(({ compliance }) => compliance ?? []),
  );
  await insertGaps(
    trx,
    checked.flatMap(({ gaps }) => gaps ?? []),
  );
}

function judge(
  { analysisId, organizationId, plan }: ShelfCheck,
  result: AnalysisResult,
  logger: Logger,
): AnalysisCompliance | null {
  if (plan === null) return null;
  const { planogramId, version, fixture } = plan;
  try {
    return { analysisId, organizationId, planogramId, version, ...judgeCompliance(fixture, result) };
  } catch (err) {
    // The result itself is sound.
    logger.error({ err, analysisId }, 'A result could not be compared with its planogram.');
    return null;
  }
}

async function lookForGaps(
  db: Kysely<DB>,
  { analysisId, organizationId, taskId, placeId, takenAt }: ShelfCheck,
  { result, compliance }: { result: AnalysisResult; compliance: AnalysisCompliance | null },
): Promise<AnalysisGaps> {
  const { detections } = result;
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
