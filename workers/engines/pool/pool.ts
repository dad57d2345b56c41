import { type LoadedPipeline, loadPipelines } from '../../../src/models/load-pipelines.ts';
import { decodingLimit } from '../protocol/decoding-limit.ts';
import { modelsUnavailable } from '../protocol/job-failure.ts';
import type {
  AnalyzeJob,
  AnalyzeOutcome,
  DescribeJob,
  DescribeOutcome,
  FailedOutcome,
  FrameJob,
  JobKind,
  JobKinds,
  NameFrameJob,
  NameFrameOutcome,
  ReadJob,
  ReadOutcome,
  RenderFrameJob,
  RenderJob,
  RenderOutcome,
} from '../protocol/jobs.ts';
import { chooseVariants } from './choose-variants.ts';
import { Dispatcher } from './dispatcher.ts';
import { EngineSlot, type EngineStatus } from './engine-slot.ts';
import { forkEngine } from './fork-engine.ts';
import { createPoolJob, type JobHooks, obeySignal, type PoolJob } from './pool-job.ts';
import type { EnginePoolOptions } from './pool-options.ts';
import type { ProcessEnd } from './process-events.ts';
import { StartUp } from './start-up.ts';

export type * from '../protocol/jobs.ts';
export type { EngineStatus } from './engine-slot.ts';
export type { JobHooks } from './pool-job.ts';
export type { EnginePoolOptions } from './pool-options.ts';

/**
 * The engines of one worker. A job's promise resolves with its outcome or with the failure of its picture. It rejects only with an
 * AbortError (its signal), EngineQueueFullError, or EnginePoolClosedError (not done; another worker may do it).
 */
export interface EnginePool {
  /** Resolves when the first engine is warm; rejects with ModelError when none ever can be. */
  ready: Promise<void>;
  analyze(job: AnalyzeJob, hooks?: JobHooks): Promise<AnalyzeOutcome | FailedOutcome>;
  /** A frame of a video, as `analyze`. */
  frame(job: FrameJob, hooks?: JobHooks): Promise<AnalyzeOutcome | FailedOutcome>;
  /** Names products of a frame. */
  nameFrame(job: NameFrameJob, hooks?: JobHooks): Promise<NameFrameOutcome | FailedOutcome>;
  describe(job: DescribeJob, hooks?: JobHooks): Promise<DescribeOutcome | FailedOutcome>;
  render(job: RenderJob, hooks?: JobHooks): Promise<RenderOutcome | FailedOutcome>;
  renderFrame(job: RenderFrameJob, hooks?: JobHooks): Promise<RenderOutcome | FailedOutcome>;
  read(job: ReadJob, hooks?: JobHooks): Promise<ReadOutcome | FailedOutcome>;
  /** How many more jobs it accepts now. */
  free(): number;
  status(): EngineStatus[];
  /** Accepts no more jobs and rejects waiting ones at once; lets those in engines finish for graceMs, then kills the engines. */
  close(graceMs: number): Promise<void>;
}

export class EngineQueueFullError extends Error {
  override readonly name = 'EngineQueueFullError';
}

export class EnginePoolClosedError extends Error {
  override readonly name = 'EnginePoolClosedError';
}

/** Starts engine processes and gives them jobs. Jobs may be added before `ready`; they wait. */
export function startEnginePool(options: EnginePoolOptions): EnginePool {
  return new Pool(options);
}

class Pool implements EnginePool {
  readonly #options: EnginePoolOptions;
  readonly #dispatcher = new Dispatcher();
  readonly #startUp = new StartUp();
  #sequence = 0;
  readonly #closing = new AbortController();
  /** The models folder could not be read: no engine was started, and none will be. */
  #hopeless = false;
  /** It was already logged that no engine can be started; further attempts have no new information. */
  #gaveUp = false;
  /** Waits until the engines have no jobs, while closing. */
  #onIdle: (() => void) | null = null;

  constructor(options: EnginePoolOptions) {
    this.#options = options;
    this.#loadPipelines().then(
      (pipelines) => this.#startSlots(pipelines),
      (error: Error) => {
        this.#hopeless = true;
        this.#giveUp(error);
      },
    );
  }

  get ready(): Promise<void> {
    return this.#startUp.ready;
  }

  analyze(job: AnalyzeJob, hooks: JobHooks = {}) {
    return this.#add('analyze', job, hooks);
  }

  frame(job: FrameJob, hooks: JobHooks = {}) {
    return this.#add('frame', job, hooks);
  }

  nameFrame(job: NameFrameJob, hooks: JobHooks = {}) {
    return this.#add('nameFrame', job, hooks);
  }

  describe(job: DescribeJob, hooks: JobHooks = {}) {
    return this.#add('describe', job, hooks);
  }

  render(job: RenderJob, hooks: JobHooks = {}) {
    return this.#add('render', job, hooks);
  }

  renderFrame(job: RenderFrameJob, hooks: JobHooks = {}) {
    return this.#add('renderFrame', job, hooks);
  }

  read(job: ReadJob, hooks: JobHooks = {}) {
    return this.#add('read', job, hooks);
  }

  free(): number {
    return this.#closing.signal.aborted ? 0 : Math.max(0, this.#options.queueLimit - this.#dispatcher.waiting);
  }

  status(): EngineStatus[] {
    return this.#dispatcher.slots.map((slot) => slot.status());
  }

  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    this.#abandon(this.#dispatcher.drain());
    await this.#idle(graceMs);
    await Promise.all(this.#dispatcher.slots.map((slot) => slot.close()));
    this.#startUp.giveUp(new EnginePoolClosedError('The engine pool was closed before an engine was ready.'));
  }

  #add<K extends JobKind>(kind: K, job: JobKinds[K]['job'], hooks: JobHooks) {
    const { entry, outcome } = createPoolJob(kind, job, hooks, this.#sequence++);
    obeySignal(entry, outcome, () => this.#dispatcher.cancel(entry));
    if (entry.ended) return outcome;
    if (this.#closing.signal.aborted) entry.abandon(new EnginePoolClosedError('The engine pool is closed.'));
    else if (this.free() === 0)
      entry.abandon(new EngineQueueFullError(`${this.#dispatcher.waiting} jobs wait already.`));
    else if (this.#hopeless) entry.settle(modelsUnavailable());
    else this.#dispatcher.add(entry);
    return outcome;
  }

  async #loadPipelines(): Promise<LoadedPipeline[]> {
    const { modelsDir, variantsDir: folder, threads, provider = 'cpu', logger } = this.#options;
    const pipelines = await loadPipelines(modelsDir);
    return folder === undefined
      ? pipelines
      : chooseVariants(pipelines, { folder, threads, provider, logger, signal: this.#closing.signal });
  }

  #startSlots(pipelines: LoadedPipeline[]): void {
    if (this.#closing.signal.aborted) return;
    const { engines, logger, threads, provider = 'cpu', maxImagePixels, fork = forkEngine } = this.#options;
    const process = {
      threads,
      provider,
      maxImagePixels,
      pipelines,
      fork,
      logger,
      decodingLimit: this.#options.decodingLimit ?? decodingLimit,
    };
    for (let number = 1; number <= engines; number++) {
      const slot: EngineSlot = new EngineSlot(
        { ...process, id: `engine-${number}` },
        {
          onRoom: () => this.#onRoom(slot),
          onEnd: (end) => this.#onEnd(end),
        },
      );
      this.#dispatcher.slots.push(slot);
      slot.start();
    }
  }

  #onRoom(slot: EngineSlot): void {
    if (slot.isReady) this.#startUp.onWarm();
    this.#dispatcher.dispatch();
    this.#checkIdle();
  }

  #onEnd(end: ProcessEnd): void {
    const hopeless = end.cause === 'FAILED_START' ? this.#startUp.onFailedStart(end.unusable) : null;
    if (hopeless) this.#giveUp(hopeless);
    if (end.cause === 'CLOSED') this.#abandon(end.jobs);
    else this.#dispatcher.onEnd(end);
    if (this.#closing.signal.aborted) this.#abandon(this.#dispatcher.drain());
    this.#checkIdle();
  }

  /** Rejects `ready` if it is pending, and the jobs that wait although no engine can run them. Engines keep trying to start. */
  #giveUp(error: Error): void {
    this.#startUp.giveUp(error);
    if (this.#dispatcher.slots.some((slot) => slot.isReady)) return;
    if (!this.#gaveUp) this.#options.logger.error({ reason: error.message }, 'No engine can be started.');
    this.#gaveUp = true;
    for (const entry of this.#dispatcher.drain()) entry.settle(modelsUnavailable());
  }

  #abandon(entries: PoolJob[]): void {
    const error = new EnginePoolClosedError('The engine pool was closed before this job was done.');
    for (const entry of entries) if (!entry.ended) entry.abandon(error);
  }

  async #idle(graceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    this.#onIdle = resolve;
    this.#checkIdle();
    await promise;
    clearTimeout(timer);
  }

  #checkIdle(): void {
    if (this.#onIdle && this.#dispatcher.slots.every((slot) => slot.inFlight === 0)) this.#onIdle();
  }
}
