import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type {
  LabelPipeline,
  LoadedPipeline,
  ProductPipeline,
  Verifier,
} from '../../../../src/models/load-pipelines.ts';
import type {
  ClassifierManifest,
  DetectorManifest,
  EmbedderManifest,
  ModelManifest,
} from '../../../../src/models/manifest.ts';
import type { VerificationSettings } from '../../../../src/models/pipeline-file.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import type { ModelSession } from '../models/model-session.ts';
import { ModelThreads } from '../models/model-threads.ts';
import { classifyStep } from '../steps/classify/classify-step.ts';
import { detectStep } from '../steps/detect/detect-step.ts';
import { embedStep } from '../steps/embed/embed-step.ts';
import type { Step } from '../steps/step.ts';
import type { FeatureSession } from '../steps/verify/feature-session.ts';
import { verifyStep } from '../steps/verify/verify-step.ts';

/** A pipeline that finds products, with its models loaded. */
export interface ReadyProductPipeline {
  kind: 'PRODUCTS';
  settings: ProductPipeline;
  detector: ModelSession<DetectorManifest>;
  embedder: ModelSession<EmbedderManifest>;
  verifier: ReadyVerifier | null;
}

/** A pipeline's verifier, with its model loaded. */
export interface ReadyVerifier {
  settings: VerificationSettings;
  /** name@version of the model. */
  version: string;
  session: FeatureSession;
}

/** A pipeline that labels pictures, with its model loaded. */
export interface ReadyLabelPipeline {
  kind: 'LABELS';
  settings: LabelPipeline;
  classifier: ModelSession<ClassifierManifest>;
}

export type ReadyPipeline = ReadyProductPipeline | ReadyLabelPipeline;

/** Makes the model of a step ready. */
type OpenModel = <M extends ModelManifest, R>(step: Step<M, R>, model: LoadedModel<M>) => Promise<R>;

/** Opens and warms every model the pipelines use, each once, and returns the pipelines by name@version. */
export async function readyPipelines(
  pipelines: readonly LoadedPipeline[],
  threads: number,
): Promise<Map<string, ReadyPipeline>> {
  const host = { threads, modelThreads: new ModelThreads(threads) };
  const opened = new Map<string, unknown>();
  const open: OpenModel = async (step, model) => {
    if (!opened.has(model.file)) opened.set(model.file, await step.open(model, host));
    return opened.get(model.file) as Awaited<ReturnType<typeof step.open>>;
  };
  const ready = new Map<string, ReadyPipeline>();
  // One after the other, as models are opened in threads.
  for (const settings of pipelines) ready.set(settings.key, await openPipeline(settings, open));
  return ready;
}

async function openPipeline(settings: LoadedPipeline, open: OpenModel): Promise<ReadyPipeline> {
  switch (settings.kind) {
    case 'LABELS':
      return { kind: 'LABELS', settings, classifier: await open(classifyStep, settings.classifier) };
    case 'PRODUCTS':
      return {
        kind: 'PRODUCTS',
        settings,
        detector: await open(detectStep, settings.detector),
        embedder: await open(embedStep, settings.embedder),
        verifier: settings.verifier && (await openVerifier(settings.verifier, open)),
      };
  }
}

async function openVerifier({ model, settings }: Verifier, open: OpenModel): Promise<ReadyVerifier> {
  return { settings, version: model.key, session: await open(verifyStep, model) };
}

/** The pipeline a job names; throws JobFailure MODEL_UNAVAILABLE when this server does not have it. */
export function getPipeline(pipelines: ReadonlyMap<string, ReadyPipeline>, key: string): ReadyPipeline {
  const pipeline = pipelines.get(key);
  if (pipeline) return pipeline;
  throw new JobFailure(
    'MODEL_UNAVAILABLE',
    `Pipeline ${key} is not here; there is ${[...pipelines.keys()].join(', ')}.`,
  );
}

/** The same of a pipeline that embeds; throws JobFailure MODEL_UNAVAILABLE for one that does not. */
export function getEmbeddingPipeline(pipelines: ReadonlyMap<string, ReadyPipeline>, key: string): ReadyProductPipeline {
  const pipeline = getPipeline(pipelines, key);
  if (pipeline.kind === 'PRODUCTS') return pipeline;
  throw new JobFailure('MODEL_UNAVAILABLE', `Pipeline ${key} has no embedder, so it describes no picture.`);
}
