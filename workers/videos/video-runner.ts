import { findLost } from '../../src/analyses/claims.repository.ts';
import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import { inLogOrder } from '../../src/events/order.ts';
import { encodeId } from '../../src/ids.ts';
import { resolvePipeline } from '../../src/models/resolve-pipeline.ts';
import { type Failure, videoGone } from '../../src/shared/failure.ts';
import { findLocalFile, StoreUnavailableError } from '../../src/storage/blob-store.ts';
import { inSpan } from '../../src/tracing/tracing.ts';
import {
  type ClaimedVideo,
  claimVideoAnalysis,
  findForgottenVideos,
} from '../../src/video-analyses/claims.repository.ts';
import { moveVideoAnalyses, type VideoMove } from '../../src/video-analyses/life.repository.ts';
import { internalFailure, modelUnavailable } from '../analysis-outcome.ts';
import { EnginePoolClosedError } from '../engines/pool/pool.ts';
import type { WorkerResources } from '../resources.ts';
import type { VideoRunnerOptions } from './run-options.ts';
import { LeaseLostError, runVideo } from './run-video.ts';
import { endedItsWorkers, mostAttempts, tookTooLong } from './video-outcome.ts';

/** Claims video analyses and runs them, each in a decoder of its own. What is stored is stored second by second. */
export class VideoRunner {
  readonly #resources: WorkerResources;
  readonly #options: VideoRunnerOptions;
  /** Aborted when a video no longer belongs to this worker. */
  readonly #held = new Map<string, AbortController>();

  constructor(resources: WorkerResources, options: VideoRunnerOptions) {
    this.#resources = resources;
    this.#options = options;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  /** Claims one video analysis and runs it to its end. @returns false: there was none */
  async runNext(): Promise<boolean> {
    const { db, pipelines } = this.#resources;
    const worker = { id: this.#options.workerId, pipelines: pipelines.map(({ key }) => key) };
    const video = await inLogOrder(db, (trx) => claimVideoAnalysis(trx, worker));
    if (video === null) return false;
    this.#resources.hints.eventsWritten();
    const controller = new AbortController();
    this.#held.set(video.id, controller);
    try {
      await this.#runInSpan(video, AbortSignal.any([controller.signal, this.#options.leave]));
    } finally {
      this.#held.delete(video.id);
    }
    return true;
  }

  /** Stops analyses that were cancelled or belong to another worker now, and gives back those that it does not know of. */
  async reconcile(): Promise<void> {
    await this.dropLost();
    const forgotten = await findForgottenVideos(this.#resources.db, this.#options.workerId, [...this.#held.keys()]);
    for (const id of forgotten) await this.#move({ id, to: 'QUEUED' });
  }

  async dropLost(): Promise<void> {
    if (this.#held.size === 0) return;
    const lost = await findLost(this.#resources.db, 'video_analysis', this.#options.workerId, [...this.#held.keys()]);
    for (const id of lost) this.#held.get(id)?.abort();
  }

  /** In the trace of the request that submitted it. One span for all of its frames, of which there may be thousands. */
  #runInSpan(video: ClaimedVideo, signal: AbortSignal): Promise<void> {
    const { id, pipeline, attempt, priority, nextSecond, traceparent: parent } = video;
    const attributes = {
      'sightline.video_analysis.id': encodeId('videoAnalysis', id),
      'sightline.pipeline': pipeline,
      'sightline.priority': priority,
      'sightline.attempt': attempt,
      'sightline.first_second': nextSecond,
    };
    return inSpan('video analysis', { kind: 'CONSUMER', parent, attributes }, () => this.#run(video, signal));
  }

  async #run(video: ClaimedVideo, signal: AbortSignal): Promise<void> {
    const { id } = video;
    try {
      const failure = await this.#analyze(video, signal);
      if (failure !== null) await this.#move({ id, to: 'FAILED', failure });
    } catch (error) {
      if (error instanceof LeaseLostError) return;
      const { logger } = this.#resources;
      if (signal.aborted || error instanceof EnginePoolClosedError) {
        // Cancelled, or the worker is leaving; if it was cancelled, this move is not allowed any more.
        await this.#move({ id, to: 'QUEUED' });
        return;
      }
      if (isConnectionTrouble(error) || error instanceof StoreUnavailableError) {
        logger.warn({ err: error, videoAnalysisId: id }, 'A video is waiting for the database or its bytes.');
        return;
      }
      logger.error(
        { err: error, videoAnalysisId: id },
        'The analysis of a video failed through a fault of the server.',
      );
      await this.#move({ id, to: 'FAILED', failure: internalFailure });
    }
  }

  /** @returns why it failed; null: it SUCCEEDED, and that is stored. */
  async #analyze(video: ClaimedVideo, signal: AbortSignal): Promise<Failure | null> {
    const { blobs, pipelines } = this.#resources;
    const { organizationId, sha256, attempt, nextSecond, maxProcessingSeconds } = video;
    if (attempt > mostAttempts) return endedItsWorkers(nextSecond);
    const pipeline = resolvePipeline(pipelines, video.pipeline);
    if (!pipeline) return modelUnavailable(video.pipeline);
    const file = await findLocalFile(blobs, { organizationId, sha256 });
    if (file === null) return videoGone;
    const leftMs = maxProcessingSeconds === null ? null : maxProcessingSeconds * 1_000 - video.processingMs;
    const deadline = leftMs === null ? null : AbortSignal.timeout(Math.max(1, Math.min(leftMs, longestTimerMs)));
    try {
      const signals = deadline ? [signal, deadline] : [signal];
      return await runVideo(this.#resources, video, {
        ...this.#options,
        pipeline,
        file,
        signal: AbortSignal.any(signals),
      });
    } catch (error) {
      if (deadline?.aborted && !signal.aborted && !(error instanceof LeaseLostError))
        return tookTooLong(maxProcessingSeconds!);
      throw error;
    }
  }

  /** Moves an analysis that this worker holds. */
  async #move(move: VideoMove): Promise<void> {
    const { db, hints } = this.#resources;
    await inLogOrder(db, (trx) => moveVideoAnalyses(trx, [{ ...move, workerId: this.#options.workerId }]));
    hints.eventsWritten();
  }
}

/** Node's longest timer. */
const longestTimerMs = 2 ** 31 - 1;
