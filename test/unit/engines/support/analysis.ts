import type { AnalyzeJob } from '../../../../workers/engines/pool/pool.ts';

/** A job that finds products and names none. */
export function analysisOf(file: string, pipeline: string): AnalyzeJob {
  return {
    id: `${pipeline} ${file}`,
    file,
    pipeline,
    threshold: null,
    topCandidates: 0,
    matchCatalog: false,
    smoothNeighbors: false,
    readText: false,
    acceptGroups: null,
    matrix: null,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
  };
}
