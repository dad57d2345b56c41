import type { LoadedModel } from '../../src/models/load-model.ts';
import type { LoadedPipeline } from '../../src/models/load-pipelines.ts';
import type { DetectorManifest, EmbedderManifest } from '../../src/models/manifest.ts';
import { JobFailure } from './job-failure.ts';
import { type ModelSession, openSession } from './sessions.ts';
import { warmUp } from './warm-up.ts';

/** As much of a pipeline as detecting needs. */
export interface DetectorStep {
  settings: Pick<LoadedPipeline, 'nmsIou' | 'maxDetections' | 'tiling'>;
  detector: ModelSession<DetectorManifest>;
}

/** A pipeline with its models loaded. */
export interface ReadyPipeline extends DetectorStep {
  settings: LoadedPipeline;
  embedder: ModelSession<EmbedderManifest>;
}

/** Opens and warms every model the pipelines use, each once, and returns the pipelines by name@version. */
export async function readyPipelines(
  pipelines: readonly LoadedPipeline[],
  threads: number,
): Promise<Map<string, ReadyPipeline>> {
  const opened = new Map<string, Promise<ModelSession>>();
  const open = async <M extends DetectorManifest | EmbedderManifest>(model: LoadedModel<M>) => {
    const session = opened.get(model.file) ?? openSession(model, threads).then(warmUp);
    opened.set(model.file, session);
    return (await session) as ModelSession<M>;
  };
  const ready = new Map<string, ReadyPipeline>();
  for (const settings of pipelines) {
    ready.set(settings.key, {
      settings,
      detector: await open(settings.detector),
      embedder: await open(settings.embedder),
    });
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
