import type { Blur } from '../../../src/recognition/objects/blur.ts';
import type { ItemMatrix } from '../protocol/item-matrix.ts';
import type { AnalyzeJob, JobKinds } from '../protocol/jobs.ts';
import type { JobMessage } from '../protocol/messages.ts';
import type { Rendition, WrittenRendition } from '../protocol/renditions.ts';
import { JobClock } from './job-guard.ts';
import type { LineJob } from './line.ts';
import { decoding, holding, type PixelLimits, preparing, type TimedFile, type TimedPicture } from './picture-jobs.ts';
import type { DecodedPicture } from './pictures/decode.ts';
import { hidePeople } from './pictures/hide-people.ts';
import { renderPicture } from './pictures/render.ts';
import { renderDecoded } from './pictures/render-decoded.ts';
import { renderAgain, renderView } from './pictures/render-view.ts';
import type { AnalysisRequest } from './pipelines/analysis-request.ts';
import { describePicture } from './pipelines/describe.ts';
import { findObjects } from './pipelines/find-objects.ts';
import { analyzePicture } from './pipelines/find-products.ts';
import { labelPicture } from './pipelines/label-picture.ts';
import {
  getEmbeddingPipeline,
  getPipeline,
  type ReadyPipelines,
  type ReadyProductPipeline,
} from './pipelines/loaded-pipelines.ts';
import { nameFrame } from './pipelines/name-frame.ts';
import { readTextOf } from './pipelines/read-text-of.ts';
import type { CodeReader } from './steps/codes/code-reader.ts';
import type { ItemFeatures } from './steps/verify/item-features.ts';

/** Resources that the jobs of an engine share. */
export interface EngineResources extends PixelLimits {
  pipelines: ReadyPipelines;
  matrices: ReadonlyMap<string, ItemMatrix>;
  features: ItemFeatures;
  codes: CodeReader;
}

/** Converts a message of the pool to a job in the engine's queue. */
export function toLineJob(message: JobMessage, resources: EngineResources): LineJob {
  switch (message.kind) {
    case 'analyze': {
      const { job, matrixSlot, skipsOptional } = message;
      const items = findItems(resources, matrixSlot);
      const clock = new JobClock(job.maxProcessingMs);
      return decoding(job, clock, resources, (picture) =>
        renderingToo(picture, job, { resources, clock }, () =>
          analyzeDecoded(picture, { job, items: items(), skipsOptional }, resources, clock),
        ),
      );
    }
    case 'frame': {
      const { job, matrixSlot } = message;
      const items = findItems(resources, matrixSlot);
      const clock = new JobClock(null);
      // Neither is read in videos, nor are their frames made searchable.
      const options = { ...job, readText: false, readCodes: false, describe: false };
      return holding(job, clock, resources, (picture) =>
        analyzeDecoded(picture, { job: options, items: items(), skipsOptional: false }, resources, clock),
      );
    }
    case 'nameFrame': {
      const { job, matrixSlot } = message;
      const items = findItems(resources, matrixSlot);
      const clock = new JobClock(null);
      return holding(job, clock, resources, async (picture) => {
        const pipeline = await getEmbeddingPipeline(resources.pipelines, job.pipeline);
        const naming = { jobId: job.id, items: items(), features: resources.features };
        return nameFrame(picture, job.boxes, pipeline, naming, clock);
      });
    }
    case 'describe': {
      const { job } = message;
      const clock = new JobClock(null);
      return decoding(job, clock, resources, async (picture) => {
        const pipeline = await getEmbeddingPipeline(resources.pipelines, job.pipeline);
        return renderingToo(picture, job, { resources, clock }, () => describePicture(picture, pipeline, job, clock));
      });
    }
    case 'read': {
      const { job } = message;
      const clock = new JobClock(null);
      return decoding(job, clock, resources, async (picture) => {
        const pipeline = await getEmbeddingPipeline(resources.pipelines, job.pipeline);
        const lines = await readTextOf(picture, pipeline, [], clock);
        return { ok: true, lines: lines.map(({ text, confidence }) => ({ text, confidence })) };
      });
    }
    case 'renderFrame': {
      const { job } = message;
      const clock = new JobClock(null);
      const { blur } = job;
      return holding(job, clock, resources, async (picture) =>
        renderAgain(job, blur ? await hidePeople(picture, blur, resources.pipelines, clock) : picture, clock),
      );
    }
    case 'render': {
      const { job } = message;
      const clock = new JobClock(null);
      const { blur } = job;
      if (blur)
        return decoding(job, clock, resources, async (picture) =>
          renderAgain(job, await hidePeople(picture, blur, resources.pipelines, clock), clock),
        );
      return preparing(
        job,
        clock,
        resources,
        (picture) => (job.view ? renderView(job, job.view, picture, clock) : renderPicture(job, picture, clock)),
        (result) => Promise.resolve(result),
      );
    }
  }
}

/** The items that a job is matched with, looked up at once, because the pool may remove the matrix while the job waits. */
function findItems({ matrices }: EngineResources, slot: string | null): () => ItemMatrix | null {
  const items = slot === null ? null : matrices.get(slot);
  return () => {
    if (items === undefined) throw new Error(`The item matrix ${slot} was not sent before its job.`);
    return items;
  };
}

interface Analysis {
  job: AnalysisRequest['options'] & Pick<AnalyzeJob, 'id' | 'pipeline' | 'acceptGroups' | 'describe'>;
  items: ItemMatrix | null;
  skipsOptional: boolean;
}

/** Runs the pipeline of a job on its decoded picture. */
async function analyzeDecoded(
  picture: TimedPicture,
  { job, items, skipsOptional }: Analysis,
  { pipelines, features, codes }: EngineResources,
  clock: JobClock,
): Promise<JobKinds['analyze']['result']> {
  const pipeline = await getPipeline(pipelines, job.pipeline);
  switch (pipeline.kind) {
    case 'LABELS':
      return labelPicture(picture, pipeline, job, clock);
    case 'OBJECTS':
      return findObjects(picture, pipeline, job, clock);
    case 'PRODUCTS': {
      const request = { jobId: job.id, options: job, items, features, codes, skipsOptional };
      const result = await analyzePicture(picture, pipeline, request, clock);
      return job.describe ? describeToo(picture, pipeline, result, clock) : result;
    }
  }
}

/**
 * Together with the analysis, because the picture is already decoded: decoding takes as long as the embedding (about 20 ms each of
 * 500, at 2 Mpx), and longer for larger pictures. If this fails, the analysis is still kept, and a separate job describes the
 * picture.
 */
async function describeToo(
  picture: DecodedPicture,
  pipeline: ReadyProductPipeline,
  result: JobKinds['analyze']['result'],
  clock: JobClock,
): Promise<JobKinds['analyze']['result']> {
  const described = await describePicture(picture, pipeline, { features: false }, clock).catch(() => null);
  return described ? { ...result, description: described.embedding } : result;
}

/**
 * Makes renditions at the same time, in other threads. If that fails, they are left out, so that the analysis is not lost; a later
 * request makes them, or reports why that is not possible.
 */
async function renderingToo<R extends { written?: WrittenRendition[] }>(
  picture: TimedFile,
  { renditions: wanted = [], blur }: { renditions?: readonly Rendition[]; blur?: Blur | null },
  { resources, clock }: { resources: EngineResources; clock: JobClock },
  work: () => Promise<R>,
): Promise<R> {
  const isShown = picture.mimeType !== 'image/heic';
  const renditions = wanted.filter(({ width }) => width !== null || !isShown);
  if (renditions.length === 0) return work();
  const shown = blur ? hidePeople(picture, blur, resources.pipelines, clock) : Promise.resolve(picture);
  const rendering = shown.then((hidden) => renderDecoded(hidden, renditions)).catch(() => []);
  try {
    return { ...(await work()), written: await rendering };
  } finally {
    // The pixels stay in memory until then.
    await rendering;
  }
}
