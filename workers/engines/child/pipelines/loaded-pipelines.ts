import type { ExecutionProvider } from '../../../../src/models/execution-provider.ts';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type {
  LabelPipeline,
  LoadedPipeline,
  ObjectPipeline,
  ProductPipeline,
} from '../../../../src/models/load-pipelines.ts';
import {
  type RequestedStep,
  requestedSteps,
  type StepName,
  type stepKinds,
} from '../../../../src/models/pipeline-file.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import { ModelThreads } from '../models/model-threads.ts';
import { type ReadyModel, stepOf } from '../steps/steps.ts';

/** A model that is loaded when it is first asked for. Throws ModelError then. */
export type ModelOnRequest<Ready> = () => Promise<Ready>;

type ReadyStep<Name extends StepName> = Name extends RequestedStep
  ? ModelOnRequest<ReadyModel<(typeof stepKinds)[Name]>>
  : ReadyModel<(typeof stepKinds)[Name]>;

/** The models of a pipeline's steps, ready to run, by the names of the steps. */
type ReadyModels<Steps> = {
  [Name in keyof Steps]: Name extends StepName ? ReadyStep<Name> : never;
};

/** A pipeline that finds products, with its models loaded. */
export interface ReadyProductPipeline extends ReadyModels<ProductPipeline['steps']> {
  kind: 'PRODUCTS';
  settings: ProductPipeline;
}

/** A pipeline that labels pictures, with its model loaded. */
export interface ReadyLabelPipeline extends ReadyModels<LabelPipeline['steps']> {
  kind: 'LABELS';
  settings: LabelPipeline;
}

/** A pipeline that finds people, animals and vehicles, with its models loaded. */
export interface ReadyObjectPipeline extends ReadyModels<ObjectPipeline['steps']> {
  kind: 'OBJECTS';
  settings: ObjectPipeline;
}

export type ReadyPipeline = ReadyProductPipeline | ReadyLabelPipeline | ReadyObjectPipeline;

/**
 * Opens and warms every model that the pipelines use, each once, and returns the pipelines by name@version. Models of steps that
 * only some analyses request are opened with the first of these: most engines never need their memory.
 */
export async function readyPipelines(
  pipelines: readonly LoadedPipeline[],
  threads: number,
  provider: ExecutionProvider = 'cpu',
): Promise<Map<string, ReadyPipeline>> {
  const host = { threads, provider, modelThreads: new ModelThreads(threads) };
  const opened = new Map<string, unknown>();
  const ready = new Map<string, ReadyPipeline>();
  for (const settings of pipelines) {
    const models: Record<string, unknown> = {};
    // One after the other, because models are opened in threads.
    for (const [name, { model }] of Object.entries<{ model: LoadedModel }>(settings.steps)) {
      const open = () => stepOf(model.manifest.kind).open(model, host);
      if (!opened.has(model.file)) opened.set(model.file, isRequested(name) ? onRequest(open) : await open());
      models[name] = opened.get(model.file);
    }
    // Each step opens its kind of model; stepKinds has the kind of each step.
    ready.set(settings.key, { kind: settings.kind, settings, ...models } as unknown as ReadyPipeline);
  }
  return ready;
}

function isRequested(name: string): boolean {
  return (requestedSteps as readonly string[]).includes(name);
}

/** A model that could not be opened is tried again the next time: the cause may have been a lack of memory. */
function onRequest<Ready>(open: () => Promise<Ready>): ModelOnRequest<Ready> {
  let opened: Promise<Ready> | null = null;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}

/** The pipeline a job names; throws JobFailure MODEL_UNAVAILABLE if it is not installed here. */
export function getPipeline(pipelines: ReadonlyMap<string, ReadyPipeline>, key: string): ReadyPipeline {
  const pipeline = pipelines.get(key);
  if (pipeline) return pipeline;
  throw new JobFailure(
    'MODEL_UNAVAILABLE',
    `Pipeline ${key} is not here; there is ${[...pipelines.keys()].join(', ')}.`,
  );
}

/** The same for a pipeline with an embedder; throws JobFailure MODEL_UNAVAILABLE for others. */
export function getEmbeddingPipeline(pipelines: ReadonlyMap<string, ReadyPipeline>, key: string): ReadyProductPipeline {
  const pipeline = getPipeline(pipelines, key);
  if (pipeline.kind === 'PRODUCTS') return pipeline;
  throw new JobFailure('MODEL_UNAVAILABLE', `Pipeline ${key} has no embedder, so it describes no picture.`);
}
