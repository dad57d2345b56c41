import {
  type ClaimedAnalysis,
  claimAnalyses,
  findLostAnalyses,
  listLeased,
  releaseLeases,
} from '../src/analyses/claims.repository.ts';
import { chunkSize } from '../src/analyses/life.ts';
import type { AnalysisResult } from '../src/analyses/result.ts';
import { isConnectionTrouble } from '../src/database/sqlstate.ts';
import { inLogOrder } from '../src/events/order.ts';
import { type IndexModel, indexModel } from '../src/library/index-model.ts';
import type { IndexedImage } from '../src/library/indexing.repository.ts';
import { resolvePipeline } from '../src/models/resolve-pipeline.ts';
import type { Failure } from '../src/shared/failure.ts';
import { findLocalFile, StoreUnavailableError } from '../src/storage/blob-store.ts';
import { type AnalyzeOutcome, EnginePoolClosedError, type WantedFeatures } from './engines/pool/pool.ts';
import { StoredItemFeatures } from './item-features.ts';
import { ItemMatrices, type TaskItems } from './item-matrices.ts';
import type { WorkerResources } from './resources.ts';
import type { ResultWriter } from './result-writer.ts';

/**
 * Analyses that an engine has at hand: those it works on and the next ones. Few, because what is claimed cannot be
 * overtaken: a picture that somebody waits for is claimed at the next turn, not after all that came before.
 */
const heldPerEngine = 8;

/** Claims analyses, runs them on the engines and hands what came out to the writer. */
export class AnalysisRunner {
  readonly #resources: WorkerResources;
  readonly #writer: ResultWriter;
  readonly #workerId: string;
  readonly #capacity: number;
  readonly #matrices: ItemMatrices;
  readonly #features: StoredItemFeatures;
  readonly #indexModel: IndexModel | null;
  readonly #held = new Map<string, AbortController>();
  /** Claimed in a query that is under way, and not in #held yet. */
  #reserved = 0;
  #waiting: (() => void)[] = [];
  /** Leased by the rows and not held, when last looked. */
  #unknown: ReadonlySet<string> = new Set();

  constructor(resources: WorkerResources, writer: ResultWriter, options: { workerId: string; engines: number }) {
    this.#resources = resources;
    this.#writer = writer;
    this.#workerId = options.workerId;
    this.#capacity = options.engines * heldPerEngine;
    this.#matrices = new ItemMatrices(resources.db);
    this.#features = new StoredItemFeatures(resources.db);
    this.#indexModel = indexModel(resources.pipelines);
  }

  get heldCount(): number {
    return this.#held.size;
  }

  /**
   * Claims and runs up to a chunk of analyses, a few at a time as engines become free, and waits for their results to be
   * committed. Ends early when nothing is left to claim or `stop` fires; what it holds by then is still finished.
   * @returns how many it ran.
   */
  async runChunk(stop: AbortSignal): Promise<number> {
    const running: Promise<void>[] = [];
    try {
      while (running.length < chunkSize && !stop.aborted) {
        const room = await this.#reserveRoom(chunkSize - running.length, stop);
        if (room === 0) break;
        const claimed = await this.#claim(room);
        if (claimed.length === 0) break;
        for (const analysis of claimed) running.push(this.#run(analysis));
      }
    } finally {
      // Also when a claim fails: a worker that closes waits for its chunks, and so for these.
      await Promise.all(running);
    }
    return running.length;
  }

  /** Makes what this worker holds and what the rows say that it holds the same again. */
  async reconcile(): Promise<void> {
    await this.dropLost();
    await this.#giveBackForgotten();
  }

  /** Stops what is not this worker's business any more: canceled, or its lease was given to another. */
  async dropLost(): Promise<void> {
    if (this.#held.size === 0) return;
    const lost = await findLostAnalyses(this.#resources.db, this.#workerId, [...this.#held.keys()]);
    for (const id of lost) this.#held.get(id)?.abort();
  }

  /**
   * Gives back what this worker has the lease of and does not hold: a claim whose answer got lost with the connection, an
   * analysis that could not be prepared or written for want of a database. Only what was so twice in a row, since a claim
   * or a result may be under way.
   */
  async #giveBackForgotten(): Promise<void> {
    const leased = await listLeased(this.#resources.db, this.#workerId);
    const unknown = new Set(leased.filter((id) => !this.#held.has(id)));
    const forgotten = [...unknown.intersection(this.#unknown)];
    this.#unknown = unknown;
    if (forgotten.length === 0) return;
    const released = await inLogOrder(this.#resources.db, (trx) => releaseLeases(trx, [this.#workerId], forgotten));
    this.#resources.logger.info({ released }, 'Gave back analyses that nobody here works on.');
    this.#resources.hints.eventsWritten();
  }

  /** Stops everything; the rows keep their leases until the caller releases them. */
  abortAll(): void {
    for (const controller of this.#held.values()) controller.abort();
  }

  /** Waits until half of the capacity is free, so that claims come in handfuls, not one by one. */
  async #reserveRoom(wanted: number, stop: AbortSignal): Promise<number> {
    const free = () => this.#capacity - this.#held.size - this.#reserved;
    while (free() < this.#capacity / 2) {
      await new Promise<void>((resolve) => {
        // Taken off again: `stop` lives as long as the worker, which waits here for every handful of pictures.
        const wake = () => {
          stop.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.push(wake);
        stop.addEventListener('abort', wake, { once: true });
      });
      if (stop.aborted) return 0;
    }
    const room = Math.min(wanted, free());
    this.#reserved += room;
    return room;
  }

  async #claim(room: number): Promise<ClaimedAnalysis[]> {
    try {
      const pipelines = this.#resources.pipelines.map(({ key }) => key);
      const claimed = await claimAnalyses(this.#resources.db, { id: this.#workerId, pipelines }, room);
      // One that is still at work here was taken for lost and given back meanwhile. Its result will not be accepted, and
      // then it is forgotten and given back; at work twice it would be with one id in the engine pool.
      const fresh = claimed.filter(({ id }) => !this.#held.has(id));
      for (const { id } of fresh) this.#held.set(id, new AbortController());
      return fresh;
    } finally {
      this.#reserved -= room;
      this.#wake();
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #run(analysis: ClaimedAnalysis): Promise<void> {
    const signal = this.#held.get(analysis.id)!.signal;
    try {
      const outcome = await this.#analyze(analysis, signal);
      await this.#writer.write({
        ...this.#outcomeMove(analysis, outcome),
        analysisId: analysis.id,
        workerId: this.#workerId,
        indexed: this.#indexedImage(analysis, outcome),
      });
    } catch (error) {
      // Canceled, shutting down, or not ours any more. Nothing is written; the row says what is next.
      if (signal.aborted || error instanceof EnginePoolClosedError) return;
      if (isConnectionTrouble(error) || error instanceof StoreUnavailableError) {
        // Not the picture's fault. It is given back as forgotten, with the next heartbeat.
        const { logger } = this.#resources;
        logger.warn({ err: error, analysisId: analysis.id }, 'An analysis waits for the database or its picture.');
        return;
      }
      this.#resources.logger.error({ err: error, analysisId: analysis.id }, 'An analysis failed for a reason of ours.');
      await this.#writer.write({
        analysisId: analysis.id,
        workerId: this.#workerId,
        to: 'FAILED',
        failure: internalFailure,
      });
    } finally {
      this.#held.delete(analysis.id);
      this.#wake();
    }
  }

  async #analyze(analysis: ClaimedAnalysis, signal: AbortSignal): Promise<AnalyzeOutcome | Refused> {
    const pipeline = resolvePipeline(this.#resources.pipelines, analysis.pipeline);
    if (!pipeline) return failed(modelUnavailable(analysis.pipeline));
    const file = await this.#localFile(analysis);
    if (file === null) return failed(pictureGone);
    const matchCatalog = analysis.options.matchCatalog ?? true;
    const scope = { ...analysis, tags: analysis.options.restrictToTags };
    const { embedderVersion: embedder, verifierVersion: verifier } = pipeline;
    const items = matchCatalog && embedder !== null ? await this.#matrices.get(scope, { embedder, verifier }) : null;
    // What kept features from being read says more than the engine, which only knows that they did not come.
    let fault: unknown;
    const findFeatures = (model: string, wanted: WantedFeatures[]) =>
      this.#features.find(analysis.organizationId, model, wanted).catch((error: unknown) => {
        fault = error;
        throw error;
      });
    const outcome = await this.#resources.engines.analyze(
      {
        id: analysis.id,
        file,
        pipeline: analysis.pipeline,
        threshold: analysis.options.threshold ?? analysis.threshold,
        topCandidates: analysis.options.topCandidates ?? analysis.topCandidates,
        matchCatalog,
        smoothNeighbors: analysis.options.smoothNeighbors ?? false,
        acceptGroups: analysis.acceptGroups,
        matrix: items?.matrix ?? null,
        maxProcessingMs: analysis.maxProcessingSeconds === null ? null : analysis.maxProcessingSeconds * 1000,
        priority: analysis.priority,
        // Another embedder's would not compare with those of other images: then the job of its own describes it.
        describe: analysis.isIndexing && embedder !== null && embedder === this.#indexModel?.version,
      },
      { signal, onStart: () => this.#markRunning(analysis, items), findFeatures },
    );
    if (!outcome.ok && isConnectionTrouble(fault)) throw fault;
    return outcome;
  }

  #markRunning(analysis: ClaimedAnalysis, items: TaskItems | null): void {
    void this.#writer.write({
      analysisId: analysis.id,
      workerId: this.#workerId,
      to: 'RUNNING',
      attempt: analysis.attempt + 1,
      inactiveItemCount: items?.inactiveItemCount ?? 0,
    });
  }

  async #localFile({ organizationId, sha256 }: ClaimedAnalysis): Promise<string | null> {
    if (sha256 === null) return null;
    return findLocalFile(this.#resources.blobs, { organizationId, sha256 });
  }

  #indexedImage(
    { organizationId, imageId, sha256 }: ClaimedAnalysis,
    outcome: AnalyzeOutcome | Refused,
  ): IndexedImage | undefined {
    if (!outcome.ok || !outcome.description || imageId === null || sha256 === null) return undefined;
    const described = { embedding: outcome.description };
    return { organizationId, imageId, sha256, model: this.#indexModel!.version, described };
  }

  #outcomeMove(analysis: ClaimedAnalysis, outcome: AnalyzeOutcome | Refused) {
    const attempt = analysis.attempt + Math.max(1, outcome.attempts);
    if (!outcome.ok) return { to: 'FAILED', attempt, failure: outcome.failure } as const;
    return { to: 'SUCCEEDED', attempt, result: toResult(outcome) } as const;
  }
}

function toResult({ width, height, detections, labels, accepted, timings }: AnalyzeOutcome): AnalysisResult {
  return {
    width,
    height,
    timings,
    labels,
    accepted,
    detections: detections.map(({ x, y, width: boxWidth, height: boxHeight, place, ...found }) => ({
      box: [x, y, boxWidth, boxHeight],
      ...found,
      place: [place.shelf, place.position, place.level],
    })),
  };
}

/** No result; `attempts` counts how often an engine died of it. */
interface Refused {
  ok: false;
  failure: Failure;
  attempts: number;
}

function failed(failure: Failure): Refused {
  return { ok: false, failure, attempts: 1 };
}

const pictureGone: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'The picture is not in the store any more. Upload it again.',
  retryable: false,
};

const internalFailure: Failure = {
  code: 'INTERNAL',
  message: 'The server failed, not the picture. Submit it again.',
  retryable: true,
};

function modelUnavailable(pipeline: string): Failure {
  return {
    code: 'MODEL_UNAVAILABLE',
    message: `This worker has no pipeline ${pipeline}. See "sightline models list" on it, or submit with another pipeline.`,
    retryable: true,
  };
}
