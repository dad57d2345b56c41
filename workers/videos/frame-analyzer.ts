import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import type { ClaimedVideo } from '../../src/video-analyses/claims.repository.ts';
import type { UntrackedFrame } from '../../src/video-analyses/track-book.ts';
import type { AnalyzeOutcome, FailedOutcome, Timings, WantedFeatures } from '../engines/pool/pool.ts';
import type { WorkerResources } from '../resources.ts';
import type { ShiftedFrame } from './new-frames.ts';
import type { RunOptions } from './run-options.ts';
import { toFrame } from './video-outcome.ts';

/** A frame that an engine analysed. */
export interface AnalyzedFrame extends UntrackedFrame {
  ok: true;
  timings: Timings;
}

export interface FrameAnalyzer {
  analyze(frame: ShiftedFrame): Promise<AnalyzedFrame | FailedOutcome>;
  /** How many frames it takes at a time. */
  atOnce: number;
  inactiveItemCount: number;
}

/** Beside images of the same priority, for which somebody may be waiting, frames come later; they come before the next priority. */
const frameDelay = 5;

/** Gives the frames of one video to the engines. Its items are those at its beginning, so that all frames look for the same. */
export async function frameAnalyzer(
  { engines }: Pick<WorkerResources, 'engines'>,
  video: ClaimedVideo,
  { pipeline, matrices, features, signal, engines: engineCount }: RunOptions,
): Promise<FrameAnalyzer> {
  const { options, organizationId } = video;
  const matchCatalog = options.matchCatalog ?? true;
  const { embedderVersion: embedder, verifierVersion: verifier } = pipeline;
  const scope = { ...video, tags: options.restrictToTags };
  const items = matchCatalog && embedder !== null ? await matrices.get(scope, { embedder, verifier }) : null;
  let fault: unknown;
  const findFeatures = (model: string, wanted: WantedFeatures[]) =>
    features.find(organizationId, model, wanted).catch((error: unknown) => {
      fault = error;
      throw error;
    });
  return {
    // One in each engine and one that waits for it: more frames would only be more memory.
    atOnce: engineCount + 1,
    inactiveItemCount: items?.inactiveItemCount ?? 0,
    async analyze({ timeSeconds, width, height, pixels, moved }) {
      const outcome: AnalyzeOutcome | FailedOutcome = await engines.frame(
        {
          id: video.id,
          priority: video.priority + frameDelay,
          frame: { width, height, rgb: pixels },
          pipeline: video.pipeline,
          threshold: options.threshold ?? video.threshold,
          topCandidates: options.topCandidates ?? video.topCandidates,
          matchCatalog,
          smoothNeighbors: options.smoothNeighbors ?? false,
          acceptGroups: video.acceptGroups,
          matrix: items?.matrix ?? null,
        },
        { signal, findFeatures },
      );
      if (outcome.ok)
        return { ok: true, ...toFrame(timeSeconds, outcome, pipeline.kind), moved, timings: outcome.timings };
      if (isConnectionTrouble(fault)) throw fault;
      return outcome;
    },
  };
}
