import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import type { ClaimedVideo } from '../../src/video-analyses/claims.repository.ts';
import type { FrameDetection } from '../../src/video-analyses/found.ts';
import type { UntrackedFrame } from '../../src/video-analyses/track-book.ts';
import type { FailedOutcome, NameFrameOutcome, Pixels, Timings } from '../engines/pool/pool.ts';
import type { WantedFeatures } from '../engines/protocol/item-matrix.ts';
import type { WorkerResources } from '../resources.ts';
import type { ShiftedFrame } from './new-frames.ts';
import { namesTracks } from './resume-tracks.ts';
import type { RunOptions } from './run-options.ts';
import { toFrame } from './video-outcome.ts';

/** A frame that an engine analysed. */
export interface AnalyzedFrame {
  ok: true;
  found: UntrackedFrame;
  /** For naming what is found in it. */
  pixels: Pixels;
  timings: Timings;
}

export interface FrameAnalyzer {
  analyze(frame: ShiftedFrame): Promise<AnalyzedFrame | FailedOutcome>;
  /** Compares some products of a frame with the catalogue. Null: `analyze` has done so, or there is nothing to compare with. */
  name: ((pixels: Pixels, products: readonly FrameDetection[]) => Promise<NameFrameOutcome | FailedOutcome>) | null;
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
  const matrix = items?.matrix ?? null;
  const isNamedLater = namesTracks(pipeline.kind, options);
  let fault: unknown;
  const findFeatures = (model: string, wanted: WantedFeatures[]) =>
    features.find(organizationId, model, wanted).catch((error: unknown) => {
      fault = error;
      throw error;
    });
  const hooks = { signal, findFeatures };
  const job = { id: video.id, priority: video.priority + frameDelay, pipeline: video.pipeline };

  /** @throws the fault of the database that the outcome is due to */
  const checked = <Outcome extends { ok: boolean }>(outcome: Outcome): Outcome => {
    if (!outcome.ok && isConnectionTrouble(fault)) throw fault;
    return outcome;
  };

  return {
    // One in each engine and one that waits for it: more frames would only be more memory.
    atOnce: engineCount + 1,
    inactiveItemCount: items?.inactiveItemCount ?? 0,
    async analyze({ timeSeconds, width, height, pixels: rgb, moved }) {
      const pixels = { width, height, rgb };
      const wanted = {
        threshold: options.threshold ?? video.threshold,
        topCandidates: options.topCandidates ?? video.topCandidates,
        matchCatalog: matchCatalog && !isNamedLater,
        smoothNeighbors: options.smoothNeighbors ?? false,
        acceptGroups: video.acceptGroups,
        matrix: isNamedLater ? null : matrix,
      };
      const outcome = checked(await engines.frame({ ...job, ...wanted, frame: pixels }, hooks));
      if (!outcome.ok) return outcome;
      const found = { ...toFrame(timeSeconds, outcome, pipeline.kind), moved };
      return { ok: true, found, pixels, timings: outcome.timings };
    },
    name:
      isNamedLater && matrix
        ? async (frame, products) =>
            checked(await engines.nameFrame({ ...job, frame, matrix, boxes: products.map(boxOf) }, hooks))
        : null,
  };
}

function boxOf({ box: [x, y, width, height], objectness }: FrameDetection) {
  return { x, y, width, height, score: objectness, label: null };
}
