import { type AnalysisResultRow, findResults } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import { isApplied, type ResultBasis } from '../../src/analyses/corrections/correction.ts';
import type { Context } from '../../src/context.ts';
import { asFound, correctDetections } from '../../src/recognition/corrections/apply.ts';
import { organizationOf } from '../core/caller.ts';
import { loaderBy } from '../core/loaders.ts';
import { loadCorrections } from '../corrections/loader.ts';
import type { DetectionShape } from './detection.ts';

/** Results are loaded apart from the rows, so that a list of analyses reads none unless their fields are selected. */
const resultLoader = loaderBy(
  (result: AnalysisResultRow) => result.analysis_id,
  (ids, context) => findResults(context.app.db, organizationOf(context), ids),
);

/** The result of an analysis; null unless it SUCCEEDED. */
export function loadResult(context: Context, analysis: AnalysisRow): Promise<AnalysisResultRow | null> {
  return analysis.status === 'SUCCEEDED' ? resultLoader(context).load(analysis.id) : Promise.resolve(null);
}

/** The detections of a result on a basis; none unless it SUCCEEDED. */
export async function loadDetections(
  context: Context,
  analysis: AnalysisRow,
  basis: ResultBasis,
): Promise<DetectionShape[]> {
  const result = await loadResult(context, analysis);
  if (!result) return [];
  const all =
    basis === 'FOUND'
      ? asFound(result.detections)
      : correctDetections(
          analysis.id,
          result.detections,
          (await loadCorrections(context, analysis.id)).filter(isApplied),
        );
  return all.map((one) => ({ ...one, result }));
}
