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
import { isNewest } from '../../../../src/models/resolve-pipeline.ts';
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

/** A pipeline whose models are loaded when it is first asked for, unless they are. */
export interface PipelineOnRequest {
  settings: LoadedPipeline;
  open: ModelOnRequest<ReadyPipeline>;
}

/** By name@version. */
export type ReadyPipelines = ReadonlyMap<string, PipelineOnRequest>;

/**
 * Opens and warms every model that the newest version of each pipeline uses, each once. Models of steps that only some analyses request,
 * and those of earlier versions, which few tasks name, are opened with the first analysis that needs them: most engines never need their
 * memory. With the models of all included versions, an engine has 60 to 100 MB more and needs a second more of processor time to start.
 */
export async function readyPipelines(
  pipelines: readonly LoadedPipeline[],
  threads: number,
  provider: ExecutionProvider = 'cpu',
): Promise<ReadyPipelines> {
  const host = { threads, provider, modelThreads: new ModelThreads(threads) };
  const models = new Map<string, ModelOnRequest<unknown>>();
  const modelOf = (model: LoadedModel) => {
    const known = models.get(model.file) ?? onRequest(() => stepOf(model.manifest.kind).open(model, host));
    models.set(model.file, known);
    return known;
  };
  const ready = new Map<string, PipelineOnRequest>();
  for (const settings of pipelines)
    ready.set(settings.key, { settings, open: onRequest(() => openPipeline(settings, modelOf)) });
  for (const { settings, open } of ready.values()) if (isNewest(pipelines, settings)) await open();
  return ready;
}

async function openPipeline(
  settings: LoadedPipeline,
  modelOf: (model: LoadedModel) => ModelOnRequest<unknown>,
): Promise<ReadyPipeline> {
  const models: Record<string, unknown> = {};
  // One after the other, because models are opened in threads.
  for (const [name, { model }] of Object.entries<{ model: LoadedModel }>(settings.steps))
    models[name] = isRequested(name) ? modelOf(model) : await modelOf(model)();
  // Each step opens its kind of model; stepKinds has the kind of each step.
  return { kind: settings.kind, settings, ...models } as unknown as ReadyPipeline;
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
export async function getPipeline(pipelines: ReadyPipelines, key: string): Promise<ReadyPipeline> {
  const pipeline = pipelines.get(key);
  if (pipeline) return pipeline.open();
  throw new JobFailure(
    'MODEL_UNAVAILABLE',
    `Pipeline ${key} is not here; there is ${[...pipelines.keys()].join(', ')}.`,
  );
}

/** The same for a pipeline with an embedder; throws JobFailure MODEL_UNAVAILABLE for others. */
export async function getEmbeddingPipeline(pipelines: ReadyPipelines, key: string): Promise<ReadyProductPipeline> {
  const pipeline = await getPipeline(pipelines, key);
  if (pipeline.kind === 'PRODUCTS') return pipeline;
  throw new JobFailure('MODEL_UNAVAILABLE', `Pipeline ${key} has no embedder, so it describes no picture.`);
}
