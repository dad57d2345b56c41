import type { AnalyzeJob, ItemMatrix } from '../../protocol/jobs.ts';
import type { ItemFeatures } from '../steps/verify/item-features.ts';

/** The input of an analysis besides the picture. */
export interface AnalysisRequest {
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'matchCatalog' | 'smoothNeighbors'>;
  items: ItemMatrix | null;
  features: ItemFeatures;
  jobId: string;
}
