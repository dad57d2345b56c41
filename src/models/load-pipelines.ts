import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expectKind, type LoadedModel, loadModel } from './load-model.ts';
import type { ClassifierManifest, DetectorManifest, EmbedderManifest, LocalFeaturesManifest } from './manifest.ts';
import { ModelError } from './model-error.ts';
import {
  type LabelPipelineFile,
  type MatchingSettings,
  type ProductPipelineFile,
  readPipelineFile,
  type ShrinkingSettings,
  type TilingSettings,
  type VerificationSettings,
} from './pipeline-file.ts';

/** What a client may know about a model of a pipeline. */
export interface PipelineModel {
  name: string;
  version: string;
  kind: string;
  /** Of the variant that the pipeline uses, or the default one while no machine has chosen. */
  sha256: string;
  /** Of other variants that a machine may have chosen. */
  alternatives: readonly string[];
  licence: string;
}

interface PipelineCommon {
  /** name@version */
  key: string;
  name: string;
  version: string;
  /** Its file in pipelines/. */
  file: string;
  /** Lowest confidence reported when a task sets none, 0..1. */
  threshold: number;
  models: PipelineModel[];
}

/** Finds products and names them. */
export interface ProductPipeline extends PipelineCommon {
  kind: 'PRODUCTS';
  taskTypes: ProductPipelineFile['taskTypes'];
  maxDetections: number;
  /** name@version of the model whose embeddings this pipeline compares; catalogue pictures are embedded by the same one. */
  embedderVersion: string;
  detector: LoadedModel<DetectorManifest>;
  nmsIou: number;
  embedder: LoadedModel<EmbedderManifest>;
  tiling: TilingSettings;
  /** Absent: products too large for the detector are left to it as they are. */
  shrinking?: ShrinkingSettings | undefined;
  matching: MatchingSettings;
  /** name@version of the model whose features of catalogue pictures this pipeline compares; null: it has no verifier. */
  verifierVersion: string | null;
  verifier: Verifier | null;
}

/** Compares details of products with those of catalogue pictures. */
export interface Verifier {
  model: LoadedModel<LocalFeaturesManifest>;
  settings: VerificationSettings;
}

/** Labels the whole picture. */
export interface LabelPipeline extends PipelineCommon {
  kind: 'LABELS';
  taskTypes: LabelPipelineFile['taskTypes'];
  /** It compares nothing. */
  embedderVersion: null;
  verifierVersion: null;
  classifier: LoadedModel<ClassifierManifest>;
}

/** A pipeline with its models, checked as far as reading manifests can; nothing of ONNX Runtime or sharp is needed. */
export type LoadedPipeline = ProductPipeline | LabelPipeline;

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
  const pipeline = await readPipelineFile(join(modelsDir, 'pipelines', file));
  switch (pipeline.kind) {
    case 'LABELS':
      return loadLabelPipeline(modelsDir, { ...pipeline, file });
    case 'PRODUCTS':
      return loadProductPipeline(modelsDir, { ...pipeline, file });
  }
}

async function loadProductPipeline(
  modelsDir: string,
  { steps, verification, ...pipeline }: ProductPipelineFile & { file: string },
): Promise<ProductPipeline> {
  const detector = await loadModel(modelsDir, steps.detector.model, steps.detector.variant);
  const embedder = await loadModel(modelsDir, steps.embedder.model, steps.embedder.variant);
  const features = steps.verifier ? await loadModel(modelsDir, steps.verifier.model) : null;
  return {
    ...pipeline,
    key: `${pipeline.name}@${pipeline.version}`,
    models: [detector, embedder, ...(features ? [features] : [])].map(describeModel),
    embedderVersion: embedder.key,
    verifierVersion: features?.key ?? null,
    verifier:
      features && verification ? { model: expectKind(features, 'local-features'), settings: verification } : null,
    detector: expectKind(detector, 'detector'),
    nmsIou: steps.detector.nmsIou,
    embedder: expectKind(embedder, 'embedder'),
  };
}

async function loadLabelPipeline(
  modelsDir: string,
  { steps, ...pipeline }: LabelPipelineFile & { file: string },
): Promise<LabelPipeline> {
  const classifier = await loadModel(modelsDir, steps.classifier.model, steps.classifier.variant);
  return {
    ...pipeline,
    key: `${pipeline.name}@${pipeline.version}`,
    models: [describeModel(classifier)],
    embedderVersion: null,
    verifierVersion: null,
    classifier: expectKind(classifier, 'classifier'),
  };
}

function describeModel({ manifest, sha256, alternatives }: LoadedModel): PipelineModel {
  const { name, version, kind, licence } = manifest;
  return { name, version, kind, sha256, alternatives: alternatives.map((other) => other.sha256), licence };
}
