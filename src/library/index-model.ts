import type { LoadedPipeline } from '../models/load-pipelines.ts';
import { defaultPipeline, resolvePipeline } from '../models/resolve-pipeline.ts';

/** The model that images are indexed with: embeddings of different models cannot be compared, so there is one for a whole server. */
export interface IndexModel {
  /** name@version of a pipeline that has the embedder. */
  pipeline: string;
  /** name@version of the embedder. */
  version: string;
}

/** The embedder of the default pipeline, or of the first one that has an embedder; null: nothing can be indexed here. */
export function indexModel(pipelines: readonly LoadedPipeline[]): IndexModel | null {
  const preferred = resolvePipeline(pipelines, defaultPipeline);
  for (const pipeline of preferred ? [preferred, ...pipelines] : pipelines)
    if (pipeline.kind === 'PRODUCTS') return { pipeline: pipeline.key, version: pipeline.embedderVersion };
  return null;
}
