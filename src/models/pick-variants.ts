import type { LoadedModel, ModelFile } from './load-model.ts';
import type { LoadedPipeline } from './load-pipelines.ts';
import type { ClassifierManifest, DetectorManifest, EmbedderManifest } from './manifest.ts';

/** A model of which a machine chooses the variant. */
export type OpenModel = LoadedModel<DetectorManifest | EmbedderManifest | ClassifierManifest>;

/** The models of which pipelines name no variant and there is more than one, each once. */
export function listOpenModels(pipelines: readonly LoadedPipeline[]): OpenModel[] {
  const models = pipelines.flatMap(stepModels).filter(({ alternatives }) => alternatives.length > 0);
  return [...new Map(models.map((model) => [model.key, model])).values()];
}

function stepModels(pipeline: LoadedPipeline): OpenModel[] {
  switch (pipeline.kind) {
    case 'LABELS':
      return [pipeline.classifier];
    case 'PRODUCTS':
      return [pipeline.detector, pipeline.embedder];
  }
}

/** The pipelines with the variants that were chosen: by name@version of the model, the sha256 of its file. */
export function pickVariants(
  pipelines: readonly LoadedPipeline[],
  chosen: ReadonlyMap<string, string>,
): LoadedPipeline[] {
  return pipelines.map((pipeline): LoadedPipeline => {
    const models = pipeline.models.map((model) => {
      const sha256 = chosen.get(`${model.name}@${model.version}`);
      return sha256 !== undefined && model.alternatives.includes(sha256)
        ? { ...model, sha256, alternatives: [] }
        : model;
    });
    return pickSteps({ ...pipeline, models }, chosen);
  });
}

function pickSteps(pipeline: LoadedPipeline, chosen: ReadonlyMap<string, string>): LoadedPipeline {
  switch (pipeline.kind) {
    case 'LABELS':
      return { ...pipeline, classifier: pick(pipeline.classifier, chosen) };
    case 'PRODUCTS':
      return { ...pipeline, detector: pick(pipeline.detector, chosen), embedder: pick(pipeline.embedder, chosen) };
  }
}

function pick<M extends LoadedModel>(model: M, chosen: ReadonlyMap<string, string>): M {
  const other = model.alternatives.find(({ sha256 }) => sha256 === chosen.get(model.key));
  return other ? { ...model, ...other, alternatives: [] } : model;
}

/** The variants of an open model, the default one first. */
export function variantsOf({ variant, file, sha256, alternatives }: OpenModel): ModelFile[] {
  return [{ variant, file, sha256 }, ...alternatives];
}
