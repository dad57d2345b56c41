import type { LoadedModel, ModelFile } from './load-model.ts';
import { type LoadedPipeline, mapModels, stepModels } from './load-pipelines.ts';
import { type PictureManifest, takesPictures } from './manifest.ts';

/** A model whose variant the machine chooses. */
export type OpenModel = LoadedModel<PictureManifest>;

/** Models with more than one variant for which pipelines name none, each once. */
export function listOpenModels(pipelines: readonly LoadedPipeline[]): OpenModel[] {
  const models = pipelines.flatMap(stepModels).filter(isOpen);
  return [...new Map(models.map((model) => [model.key, model])).values()];
}

/** Timing can only generate pictures as input. */
function isOpen(model: LoadedModel): model is OpenModel {
  return model.alternatives.length > 0 && takesPictures(model.manifest);
}

/** The pipelines with the chosen variants, which are given as sha256 of the file by name@version of the model. */
export function pickVariants(
  pipelines: readonly LoadedPipeline[],
  chosen: ReadonlyMap<string, string>,
): LoadedPipeline[] {
  return pipelines.map((pipeline) => mapModels(pipeline, (model) => pick(model, chosen)));
}

function pick(model: LoadedModel, chosen: ReadonlyMap<string, string>): LoadedModel {
  const other = model.alternatives.find(({ sha256 }) => sha256 === chosen.get(model.key));
  return other ? { ...model, ...other, alternatives: [] } : model;
}

/** The variants of an open model, the default one first. */
export function variantsOf({ variant, file, sha256, alternatives }: OpenModel): ModelFile[] {
  return [{ variant, file, sha256 }, ...alternatives];
}
