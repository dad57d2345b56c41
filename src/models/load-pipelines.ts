import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expectKind, type LoadedModel, loadModel } from './load-model.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './model-error.ts';
import {
  type LabelPipelineFile,
  type ObjectPipelineFile,
  type PipelineFile,
  type ProductPipelineFile,
  readPipelineFile,
  type StepName,
  stepKinds,
} from './pipeline-file.ts';

/** The data of a pipeline's model that clients see. */
export interface PipelineModel {
  name: string;
  version: string;
  kind: string;
  /** sha256 of the variant that the pipeline uses, or of the default one while no machine has chosen. */
  sha256: string;
  /** sha256 of other variants that a machine may have chosen. */
  alternatives: readonly string[];
  licence: string;
}

/** A step with its model: `variant` chose one of the model's files. */
type LoadedStep<Name, Settings> = Omit<NonNullable<Settings>, 'model' | 'variant'> & {
  model: LoadedModel<Extract<ModelManifest, { kind: Name extends StepName ? (typeof stepKinds)[Name] : never }>>;
};

type WithModels<File extends PipelineFile> = Omit<File, 'steps'> & {
  steps: { [Name in keyof File['steps']]: LoadedStep<Name, File['steps'][Name]> };
};

interface PipelineCommon {
  /** name@version */
  key: string;
  /** Its file in pipelines/. */
  file: string;
  /** The models of its steps, in their order. */
  models: PipelineModel[];
}

/** Finds products and names them. */
export interface ProductPipeline extends PipelineCommon, WithModels<ProductPipelineFile> {
  /** name@version of the model whose embeddings this pipeline compares; catalogue pictures are embedded by the same one. */
  embedderVersion: string;
  /** name@version of the model whose features of catalogue pictures this pipeline compares; null: it has no verifier. */
  verifierVersion: string | null;
}

/** Labels the whole picture. */
export interface LabelPipeline extends PipelineCommon, WithModels<LabelPipelineFile> {
  /** null: it compares no embeddings. */
  embedderVersion: null;
  verifierVersion: null;
}

/** Finds things of several groups, and says what they are. */
export interface ObjectPipeline extends PipelineCommon, WithModels<ObjectPipelineFile> {
  /** null: it compares no embeddings. */
  embedderVersion: null;
  verifierVersion: null;
}

/** A pipeline with its models, checked as far as possible by reading manifests, without ONNX Runtime or sharp. */
export type LoadedPipeline = ProductPipeline | LabelPipeline | ObjectPipeline;

/**
 * Reads every pipeline of a models folder, in the order of their names. Throws ModelError for the first one that cannot be
 * used: a server with half of its pipelines would fail later and less clearly.
 */
export async function loadPipelines(modelsDir: string): Promise<LoadedPipeline[]> {
  const folder = join(modelsDir, 'pipelines');
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ModelError(`${folder} cannot be read. Set MODELS_DIR to a folder that contains pipelines/ and models.`, {
      cause: error,
    });
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new ModelError(`${folder} contains no pipelines. Add one as <name>.json.`);
  const pipelines = await Promise.all(files.map((file) => loadPipeline(modelsDir, file)));
  for (const [index, pipeline] of pipelines.entries()) {
    const twin = pipelines.findIndex((other) => other.key === pipeline.key);
    if (twin !== index)
      throw new ModelError(
        `${files[twin]} and ${files[index]} both define ${pipeline.key}. Give one of them another version.`,
      );
  }
  return pipelines;
}

async function loadPipeline(modelsDir: string, file: string): Promise<LoadedPipeline> {
  const { steps, ...pipeline } = await readPipelineFile(join(modelsDir, 'pipelines', file));
  const loaded: AnySteps = {};
  for (const [name, { model, variant, ...settings }] of Object.entries(steps)) {
    const found = await loadModel(modelsDir, model, variant);
    loaded[name] = { ...settings, model: expectKind(found, stepKinds[name as StepName]) };
  }
  return {
    ...pipeline,
    key: `${pipeline.name}@${pipeline.version}`,
    file,
    embedderVersion: loaded.embedder?.model.key ?? null,
    verifierVersion: loaded.verifier?.model.key ?? null,
    steps: loaded,
    models: describeModels(loaded),
    // The steps of each kind of pipeline were checked when its file was read.
  } as LoadedPipeline;
}

/** The groups by which FILTER tasks with this pipeline accept pictures; none for one that finds products. */
export function labelGroups(pipeline: LoadedPipeline): string[] {
  switch (pipeline.kind) {
    case 'PRODUCTS':
      return [];
    case 'OBJECTS':
      return pipeline.groups;
    case 'LABELS':
      return [...new Set(pipeline.steps.classifier.model.manifest.labels.flatMap(({ group }) => group ?? []))];
  }
}

/** Steps of any pipeline, by name. */
type AnySteps = Record<string, { model: LoadedModel }>;

/** The models of a pipeline's steps, in their order. */
export function stepModels({ steps }: LoadedPipeline): LoadedModel[] {
  return Object.values<{ model: LoadedModel }>(steps).map(({ model }) => model);
}

/** The pipeline with other files for its models. */
export function mapModels(pipeline: LoadedPipeline, change: (model: LoadedModel) => LoadedModel): LoadedPipeline {
  const changed = Object.entries<{ model: LoadedModel }>(pipeline.steps).map(
    ([name, step]) => [name, { ...step, model: change(step.model) }] as const,
  );
  const steps: AnySteps = Object.fromEntries(changed);
  return { ...pipeline, steps, models: describeModels(steps) } as LoadedPipeline;
}

function describeModels(steps: AnySteps): PipelineModel[] {
  return Object.values(steps).map(({ model: { manifest, sha256, alternatives } }) => {
    const { name, version, kind, licence } = manifest;
    return { name, version, kind, sha256, alternatives: alternatives.map((other) => other.sha256), licence };
  });
}
