import type { ClaimedAnalysis } from '../src/analyses/claims.repository.ts';
import type { AnalysisResult } from '../src/analyses/result.ts';
import { keepDetections } from '../src/recognition/keep-detections.ts';
import { vetoNames } from '../src/recognition/words/veto-names.ts';
import type { ItemWords } from './item-words.ts';

/**
 * The result without names that the text on their products contradicts. It happens here and not in the engine, which names before it
 * reads: an analysis that has no time left to read still has its names.
 */
export async function vetoByText<R extends Pick<AnalysisResult, 'texts' | 'codes' | 'detections'>>(
  words: ItemWords,
  analysis: ClaimedAnalysis,
  result: R,
): Promise<R> {
  const { texts, detections } = result;
  if (!texts?.some(({ detection }) => detection !== null && detections[detection]!.itemId !== null)) return result;
  const { options } = analysis;
  const printed = await words.get({ ...analysis, tags: options.restrictToTags });
  const vetoed = { ...result, detections: vetoNames(detections, texts, printed) };
  // A product without its name may be less certain than the task wants.
  const threshold = options.threshold ?? analysis.threshold;
  if (threshold === null || vetoed.detections.every(({ confidence }) => confidence >= threshold)) return vetoed;
  return keepDetections(vetoed, ({ confidence }) => confidence >= threshold);
}
