import type { LoadedModel, ModelFile } from './load-model.ts';
import { type LoadedPipeline, mapModels, stepModels } from './load-pipelines.ts';
import { type PictureManifest, takesPictures } from './manifest.ts';

/** A model of which a machine chooses the variant. */
export type OpenModel = LoadedModel<PictureManifest>;

/** The models of which pipelines name no variant and there is more than one, each once. */
export function listOpenModels(pipelines: readonly LoadedPipeline[]): OpenModel[] {
  const models = pipelines.flatMap(stepModels).filter(isOpen);
  return [...new Map(models.map((model) => [model.key, model])).values()];
}

/** Only pictures are known how to be made for timing. */
function isOpen(model: LoadedModel): model is OpenModel {
  return model.alternatives.length > 0 && takesPictures(model.manifest);
}

/** The pipelines with the variants that were chosen: by name@version of the model, the sha256 of its file. */
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
