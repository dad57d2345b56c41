import type { Kysely } from 'kysely';
import type { ClaimedAnalysis } from '../src/analyses/claims.repository.ts';
import type { AnalysisResult } from '../src/analyses/result.ts';
import { findItemsByGtin } from '../src/catalog/barcodes.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import { nameByCodes } from '../src/recognition/codes/name-by-codes.ts';

/**
 * The result with detections named by the codes on them. It happens here and not in the engine, because the database finds the few
 * numbers that were read, while an engine would need the barcodes of all items.
 */
export async function nameByBarcodes<R extends Pick<AnalysisResult, 'codes' | 'detections'>>(
  db: Kysely<DB>,
  analysis: ClaimedAnalysis,
  result: R,
): Promise<R> {
  const { options, topCandidates } = analysis;
  const codes = options.matchCatalog === false ? [] : (result.codes ?? []);
  const gtins = codes.flatMap(({ gtin, detection }) => (gtin === null || detection === null ? [] : gtin));
  if (gtins.length === 0) return result;
  const items = await findItemsByGtin(db, { ...analysis, tags: options.restrictToTags }, [...new Set(gtins)]);
  const detections = nameByCodes(result.detections, codes, items, options.topCandidates ?? topCandidates);
  return { ...result, detections };
}
