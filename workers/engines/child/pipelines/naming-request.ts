import type { AnalysisRequest } from './analysis-request.ts';

/** What naming the products of a picture needs. */
export interface NamingRequest extends Pick<AnalysisRequest, 'jobId' | 'items' | 'features'> {
  options: Pick<AnalysisRequest['options'], 'matchCatalog' | 'topCandidates' | 'smoothNeighbors'>;
}
