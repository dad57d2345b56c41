import type { Kysely, Transaction } from 'kysely';
import { isApplied } from '../analyses/corrections/correction.ts';
import { findRunCorrections } from '../analyses/corrections/run-corrections.repository.ts';
import type { Move } from '../analyses/life.repository.ts';
import type { AnalysisResult } from '../analyses/result.ts';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import type { ShelfFindings } from '../recognition/alerts/conditions.ts';
import { judgeCompliance } from '../recognition/compliance/judge.ts';
import { asFound } from '../recognition/corrections/apply.ts';
import type { AnalysisWarning } from '../shared/warning.ts';
import { type AnalysisCompliance, insertCompliance } from './compliance.repository.ts';
import { type CorrectedShelf, correctShelf, findingsOf } from './correct-shelves.ts';
import { type AnalysisGaps, insertGaps } from './gaps.repository.ts';
import { lookForGaps } from './look-for-gaps.ts';
import { findShelfChecks, type ShelfCheck } from './shelf-checks.repository.ts';

/** What the shelves of a picture say beyond their products. */
export interface CheckedShelf {
  check: ShelfCheck;
  /** null: no planogram counts for it, or the comparison failed. */
  compliance: AnalysisCompliance | null;
  /** Why there is no compliance although a planogram counts; null: there is one, or none counts. */
  warning: AnalysisWarning | null;
  /** null: they were not asked for. */
  gaps: AnalysisGaps | null;
  /** What alerts go by: with the corrections that people have made on earlier runs of the picture. */
  findings: ShelfFindings;
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
    const { detections } = result;
    const gaps = check.findGaps ? await lookForGaps(db, check, { detections, compliance }) : null;
    const warning = check.plan !== null && compliance === null ? notCompared : null;
    const corrected = check.isRerun ? await correct(db, check, { result, logger }) : null;
    const findings = findingsOf(corrected ?? { compliance, gaps, detections: asFound(detections) }, result.prices);
    checked.push({ check, compliance, warning, gaps, findings });
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

/** null: nobody has corrected its picture, or the comparison failed. */
async function correct(
  db: Kysely<DB>,
  check: ShelfCheck,
  { result, logger }: { result: AnalysisResult; logger: Logger },
): Promise<CorrectedShelf | null> {
  const { analysisId, organizationId, findGaps } = check;
  const [run] = await findRunCorrections(db, organizationId, [analysisId]);
  const corrections = run?.corrections.filter(isApplied) ?? [];
  if (corrections.length === 0) return null;
  try {
    return await correctShelf(db, { ...check, ...result, hasGaps: findGaps }, corrections);
  } catch (err) {
    logger.error({ err, analysisId }, 'A corrected result could not be compared with its planogram.');
    return null;
  }
}
