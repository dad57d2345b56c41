import {
  type ClaimedAnalysis,
  claimAnalyses,
  endOfClaim,
  findLost,
  listLeased,
  releaseLeases,
} from '../src/analyses/claims.repository.ts';
import { chunkSize } from '../src/analyses/life.ts';
import { wordsModel } from '../src/catalog/words-model.ts';
import { isConnectionTrouble } from '../src/database/sqlstate.ts';
import { inLogOrder } from '../src/events/order.ts';
import { encodeId } from '../src/ids.ts';
import { type IndexModel, indexModel } from '../src/library/index-model.ts';
import type { IndexedImage } from '../src/library/indexing.repository.ts';
import { resolvePipeline } from '../src/models/resolve-pipeline.ts';
import { pictureGone } from '../src/shared/failure.ts';
import { StoreUnavailableError } from '../src/storage/blob-store.ts';
import { inSpan } from '../src/tracing/tracing.ts';
import { failedOutcome, internalFailure, modelUnavailable, pricesIn, toResult } from './analysis-outcome.ts';
import { type AnalyzeOutcome, EnginePoolClosedError, type FailedOutcome } from './engines/pool/pool.ts';
import type { WantedFeatures } from './engines/protocol/item-matrix.ts';
import { HeldAnalyses } from './held-analyses.ts';
import type { StoredItemFeatures } from './item-features.ts';
import type { ItemMatrices, TaskItems } from './item-matrices.ts';
import { ItemWords } from './item-words.ts';
import { nameByBarcodes } from './name-by-barcodes.ts';
import type { WorkerResources } from './resources.ts';
import type { ResultWriter } from './result-writer.ts';
import type { StoredPictures } from './stored-pictures.ts';
import { vetoByText } from './veto-by-text.ts';

/** Claims analyses, runs them on the engines and passes the outcomes to the writer. */
export class AnalysisRunner {
  readonly #resources: WorkerResources;
  readonly #writer: ResultWriter;
  readonly #workerId: string;
  readonly #pictures: StoredPictures;
  readonly #held: HeldAnalyses;
  readonly #matrices: ItemMatrices;
  readonly #features: StoredItemFeatures;
  readonly #words: ItemWords;
  readonly #indexModel: IndexModel | null;
  /** The organisation that the previous claim ended with. */
  #claimedUpTo: string | null = null;

  constructor(
    resources: WorkerResources,
    writer: ResultWriter,
    options: {
      workerId: string;
      engines: number;
      pictures: StoredPictures;
      matrices: ItemMatrices;
      features: StoredItemFeatures;
    },
  ) {
    this.#resources = resources;
    this.#writer = writer;
    this.#workerId = options.workerId;
    this.#pictures = options.pictures;
    this.#held = new HeldAnalyses(options.engines);
    this.#matrices = options.matrices;
    this.#features = options.features;
    this.#words = new ItemWords(resources.db, wordsModel(resources.pipelines)?.version ?? null);
    this.#indexModel = indexModel(resources.pipelines);
  }

  get heldCount(): number {
    return this.#held.count;
  }

  /**
   * Claims and runs up to a chunk of analyses, a few at a time as engines become free, and waits for their results to be committed.
   * Ends early when nothing is left to claim or `stop` fires; analyses that it already holds are still finished.
   * @returns how many it ran.
   */
  async runChunk(stop: AbortSignal): Promise<number> {
    const running: Promise<void>[] = [];
    try {
      while (running.length < chunkSize && !stop.aborted) {
        const room = await this.#held.reserve(chunkSize - running.length, stop);
        if (room === 0) break;
        const claimed = await this.#claim(room);
        if (claimed.length === 0) break;
        for (const analysis of claimed) running.push(this.#runInSpan(analysis));
      }
    } finally {
      // Also when a claim fails: a worker that closes waits for its chunks, and so for these.
      await Promise.all(running);
    }
    return running.length;
  }

  /** Reconciles the analyses that this worker holds with its leases in the rows. */
  async reconcile(): Promise<void> {
    await this.dropLost();
    await this.#giveBackForgotten();
  }

  /** Stops analyses that no longer belong to this worker: cancelled, or leased to another. */
  async dropLost(): Promise<void> {
    if (this.#held.count === 0) return;
    this.#held.abort(await findLost(this.#resources.db, 'analysis', this.#workerId, this.#held.ids));
  }

  /** Releases analyses that are leased to this worker but that it does not hold. */
  async #giveBackForgotten(): Promise<void> {
    const forgotten = this.#held.forgotten(await listLeased(this.#resources.db, this.#workerId));
    if (forgotten.length === 0) return;
    const released = await inLogOrder(this.#resources.db, (trx) => releaseLeases(trx, [this.#workerId], forgotten));
    this.#resources.logger.info(
      { released },
      'Returned analyses to the queue that this worker had claimed but does not work on.',
    );
    this.#resources.hints.eventsWritten();
  }

  /** Stops everything; the rows keep their leases until the caller releases them. */
  abortAll(): void {
    this.#held.abort(this.#held.ids);
  }

  #claim(room: number): Promise<ClaimedAnalysis[]> {
    const pipelines = this.#resources.pipelines.map(({ key }) => key);
    return this.#held.take(room, async () => {
      const worker = { id: this.#workerId, pipelines, after: this.#claimedUpTo };
      const claimed = await claimAnalyses(this.#resources.db, worker, room);
      this.#claimedUpTo = endOfClaim(claimed, this.#claimedUpTo);
      return claimed;
    });
  }

  /** In the trace of the request that submitted it. */
  #runInSpan(analysis: ClaimedAnalysis): Promise<void> {
    const { id, pipeline, attempt, priority, traceparent: parent } = analysis;
    const attributes = {
      'sightline.analysis.id': encodeId('analysis', id),
      'sightline.pipeline': pipeline,
      'sightline.priority': priority,
      'sightline.attempt': attempt + 1,
    };
    return inSpan('analysis', { kind: 'CONSUMER', parent, attributes }, () => this.#run(analysis));
  }

  async #run(analysis: ClaimedAnalysis): Promise<void> {
    const signal = this.#held.signalOf(analysis.id);
    try {
      const outcome = await this.#analyze(analysis, signal);
      await this.#writer.write({
        ...(await this.#outcomeMove(analysis, outcome)),
        analysisId: analysis.id,
        workerId: this.#workerId,
        indexed: this.#indexedImage(analysis, outcome),
      });
    } catch (error) {
      // Cancelled, shutting down, or no longer ours. Nothing is written; the row says what happens next.
      if (signal.aborted || error instanceof EnginePoolClosedError) return;
      if (isConnectionTrouble(error) || error instanceof StoreUnavailableError) {
        // Not the picture's fault. The next heartbeat releases it, like a forgotten one.
        const { logger } = this.#resources;
        logger.warn({ err: error, analysisId: analysis.id }, 'An analysis is waiting for the database or its picture.');
        return;
      }
      this.#resources.logger.error(
        { err: error, analysisId: analysis.id },
        'An analysis failed through a fault of the server.',
      );
      await this.#writer.write({
        analysisId: analysis.id,
        workerId: this.#workerId,
        to: 'FAILED',
        failure: internalFailure,
      });
    } finally {
      this.#held.release(analysis.id);
    }
  }

  async #analyze(analysis: ClaimedAnalysis, signal: AbortSignal): Promise<AnalyzeOutcome | FailedOutcome> {
    const pipeline = resolvePipeline(this.#resources.pipelines, analysis.pipeline);
    if (!pipeline) return failedOutcome(modelUnavailable(analysis.pipeline));
    const { organizationId, sha256 } = analysis;
    if (sha256 === null) return failedOutcome(pictureGone);
    const matchCatalog = analysis.options.matchCatalog ?? true;
    const scope = { ...analysis, tags: analysis.options.restrictToTags };
    const { embedderVersion: embedder, verifierVersion: verifier } = pipeline;
    const items = matchCatalog && embedder !== null ? await this.#matrices.get(scope, { embedder, verifier }) : null;
    // The error of reading features says more than the engine's, which only knows that they did not arrive.
    let fault: unknown;
    const findFeatures = (model: string, wanted: WantedFeatures[]) =>
      this.#features.find(analysis.organizationId, model, wanted).catch((error: unknown) => {
        fault = error;
        throw error;
      });
    const outcome = await this.#pictures.analyze(
      { organizationId, sha256 },
      {
        id: analysis.id,
        pipeline: analysis.pipeline,
        threshold: analysis.options.threshold ?? analysis.threshold,
        topCandidates: analysis.options.topCandidates ?? analysis.topCandidates,
        matchCatalog,
        smoothNeighbors: analysis.options.smoothNeighbors ?? false,
        readText: analysis.readText,
        readCodes: analysis.readCodes,
        acceptGroups: analysis.acceptGroups,
        matrix: items?.matrix ?? null,
        maxProcessingMs: analysis.maxProcessingSeconds === null ? null : analysis.maxProcessingSeconds * 1000,
        priority: analysis.priority,
        // An embedding by another embedder could not be compared with those of other images: then its own job describes it.
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

  #indexedImage(
    { organizationId, imageId, sha256 }: ClaimedAnalysis,
    outcome: AnalyzeOutcome | FailedOutcome,
  ): IndexedImage | undefined {
    if (!outcome.ok || !outcome.description || imageId === null || sha256 === null) return undefined;
    const described = { embedding: outcome.description };
    return { organizationId, imageId, sha256, model: this.#indexModel!.version, described };
  }

  async #outcomeMove(analysis: ClaimedAnalysis, outcome: AnalyzeOutcome | FailedOutcome) {
    const attempt = analysis.attempt + Math.max(1, outcome.attempts);
    if (!outcome.ok) return { to: 'FAILED', attempt, failure: outcome.failure } as const;
    const read = await vetoByText(this.#words, analysis, toResult(outcome));
    const named = await nameByBarcodes(this.#resources.db, analysis, read);
    const result = { ...named, prices: pricesIn(named, outcome.tags ?? [], analysis.currency) };
    return { to: 'SUCCEEDED', attempt, result } as const;
  }
}
