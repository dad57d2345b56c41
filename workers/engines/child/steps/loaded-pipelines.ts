import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type {
  LabelPipeline,
  LoadedPipeline,
  ProductPipeline,
  Verifier,
} from '../../../../src/models/load-pipelines.ts';
import type { ClassifierManifest, DetectorManifest, EmbedderManifest } from '../../../../src/models/manifest.ts';
import type { VerificationSettings } from '../../../../src/models/pipeline-file.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { ModelThreads } from '../models/model-threads.ts';
import {
  isForThreads,
  type ModelSession,
  openSession,
  openThreadedSession,
  type RunnableManifest,
} from '../models/sessions.ts';
import { warmUp } from '../models/warm-up.ts';
import { type FeatureSession, openFeatureSession } from './verify/feature-session.ts';

/** As much of a pipeline as detecting needs. */
export interface DetectorStep {
  settings: Pick<ProductPipeline, 'nmsIou' | 'maxDetections' | 'tiling' | 'shrinking'>;
  detector: ModelSession<DetectorManifest>;
}

/** As much of a pipeline as labelling a picture needs. */
export interface LabelStep {
  classifier: ModelSession<ClassifierManifest>;
}

/** A pipeline that finds products, with its models loaded. */
export interface ReadyProductPipeline extends DetectorStep {
  settings: ProductPipeline;
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
export interface ReadyLabelPipeline extends LabelStep {
  settings: LabelPipeline;
}

export type ReadyPipeline = ReadyProductPipeline | ReadyLabelPipeline;

/** Opens and warms every model the pipelines use, each once, and returns the pipelines by name@version. */
export async function readyPipelines(
  pipelines: readonly LoadedPipeline[],
  threads: number,
): Promise<Map<string, ReadyPipeline>> {
  const modelThreads = new ModelThreads(threads);
  const opened = new Map<string, Promise<ModelSession>>();
  const open = async <M extends RunnableManifest>(model: LoadedModel<M>) => {
    const openNew = async () =>
      (await isForThreads(model)) ? openThreadedSession(model, modelThreads) : openSession(model, threads);
    const session = opened.get(model.file) ?? openNew().then(warmUp);
    opened.set(model.file, session);
    return (await session) as ModelSession<M>;
  };
  const openedVerifiers = new Map<string, Promise<FeatureSession>>();
  const openVerifier = async ({ model, settings }: Verifier): Promise<ReadyVerifier> => {
    const session = openedVerifiers.get(model.file) ?? openFeatureSession(model, modelThreads);
    openedVerifiers.set(model.file, session);
    return { settings, version: model.key, session: await session };
  };
  const ready = new Map<string, ReadyPipeline>();
  for (const settings of pipelines) {
    ready.set(
      settings.key,
      settings.embedderVersion === null
        ? { settings, classifier: await open(settings.classifier) }
        : {
            settings,
            detector: await open(settings.detector),
            embedder: await open(settings.embedder),
            verifier: settings.verifier && (await openVerifier(settings.verifier)),
          },
    );
  }
  return ready;
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
  if ('embedder' in pipeline) return pipeline;
  throw new JobFailure('MODEL_UNAVAILABLE', `Pipeline ${key} has no embedder, so it describes no picture.`);
}
