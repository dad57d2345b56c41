import type { AnalysisRow } from '../../src/analyses/columns.ts';
import type { ResultBasis } from '../../src/analyses/corrections/correction.ts';
import type { Context } from '../../src/context.ts';
import { type AnalysisCompliance, findCompliance } from '../../src/planograms/compliance.repository.ts';
import { type CorrectedShelf, correctShelves } from '../../src/planograms/correct-shelves.ts';
import { type AnalysisGaps, findStoredGaps } from '../../src/planograms/gaps.repository.ts';
import { asFound } from '../../src/recognition/corrections/apply.ts';
import type { DetectionShape } from '../analyses/detection.ts';
import { loadResult } from '../analyses/results.ts';
import { organizationOf } from '../core/caller.ts';
import { loaderBy, loaderOfMap } from '../core/loaders.ts';

/** An analysis and the form of its result that is shown. */
export interface OnBasis {
  analysis: AnalysisRow;
  basis: ResultBasis;
}

const complianceLoader = loaderBy(
  (judged: AnalysisCompliance) => judged.analysisId,
  (ids, context) => findCompliance(context.app.db, organizationOf(context), ids),
);

const gapsLoader = loaderBy(
  (found: AnalysisGaps) => found.analysisId,
  (ids, context) => findStoredGaps(context.app.db, organizationOf(context), ids),
);

const correctedLoader = loaderOfMap((ids, context) => correctShelves(context.app.db, organizationOf(context), ids));

/** null: the result is shown as it was found, or it has no corrections. */
async function loadCorrected(context: Context, { analysis, basis }: OnBasis): Promise<CorrectedShelf | null> {
  return basis === 'FOUND' ? null : correctedLoader(context).load(analysis.id);
}

/** null: no planogram counted for it, or it has not SUCCEEDED. */
export async function loadCompliance(context: Context, shown: OnBasis): Promise<AnalysisCompliance | null> {
  if (shown.analysis.status !== 'SUCCEEDED') return null;
  const corrected = await loadCorrected(context, shown);
  return corrected ? corrected.compliance : complianceLoader(context).load(shown.analysis.id);
}

/** null: they were not asked for, or it has not SUCCEEDED. */
export async function loadGaps(context: Context, shown: OnBasis): Promise<AnalysisGaps | null> {
  if (!shown.analysis.find_gaps || shown.analysis.status !== 'SUCCEEDED') return null;
  const corrected = await loadCorrected(context, shown);
  return corrected ? corrected.gaps : gapsLoader(context).load(shown.analysis.id);
}

/** The detections that compliance refers to by index. */
export async function loadDetectionsAt(
  context: Context,
  shown: OnBasis,
  indexes: readonly number[],
): Promise<DetectionShape[]> {
  const result = indexes.length > 0 ? await loadResult(context, shown.analysis) : null;
  if (!result) return [];
  const corrected = await loadCorrected(context, shown);
  const all = corrected ? corrected.detections : asFound(result.detections);
  return indexes.map((index) => ({ ...all[index]!, result }));
}
