import type { ItemMatrix } from '../../protocol/item-matrix.ts';
import type { AnalyzeJob } from '../../protocol/jobs.ts';
import type { CodeReader } from '../steps/codes/code-reader.ts';
import type { ItemFeatures } from '../steps/verify/item-features.ts';

/** The input of an analysis besides the picture. */
export interface AnalysisRequest {
  options: Pick<
    AnalyzeJob,
    'threshold' | 'topCandidates' | 'matchCatalog' | 'smoothNeighbors' | 'readText' | 'readCodes'
  >;
  items: ItemMatrix | null;
  features: ItemFeatures;
  codes: CodeReader;
  jobId: string;
  /** true: without the steps that an analysis can do without; absent: with them. */
  skipsOptional?: boolean;
}
