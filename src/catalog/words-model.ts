import type { LoadedPipeline, ProductPipeline } from '../models/load-pipelines.ts';
import { defaultPipeline, readsText, resolvePipeline } from '../models/resolve-pipeline.ts';

/** The models that catalogue pictures are read with. */
export interface WordsModel {
  /** name@version of a pipeline that has them. */
  pipeline: string;
  /** name@version of the text recogniser. */
  version: string;
}

/** The text models of the default pipeline, or of the first one that reads text; null: none does. */
export function wordsModel(pipelines: readonly LoadedPipeline[]): WordsModel | null {
  const preferred = resolvePipeline(pipelines, defaultPipeline);
  const reading = [...(preferred ? [preferred] : []), ...pipelines].find(readsText) as ProductPipeline | undefined;
  const recognizer = reading?.steps.textRecognizer;
  return reading && recognizer ? { pipeline: reading.key, version: recognizer.model.key } : null;
}
