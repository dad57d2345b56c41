import { Backoff } from '../../../src/shared/backoff.ts';
import type { EngineFigures, EngineState } from '../../../src/shared/engine-state.ts';
import type { JobResult } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';
import { EngineProcess, type ProcessOptions } from './engine-process.ts';
import type { PoolJob } from './pool-job.ts';
import type { ProcessEnd } from './process-events.ts';
import { WorkMeter } from './work-meter.ts';

export interface EngineStatus extends EngineFigures {
  rssBytes: number;
  pid: number | null;
}

/** Of the number of crashes. Whether an engine is up at the moment says little: it starts again at once, and may crash with each picture. */
const crashWindowMs = 15 * 60_000;
const restartDelays = { firstMs: 100, longestMs: 30_000 };

export interface SlotOptions extends ProcessOptions {
  id: string;
}

/** Events of a slot for the pool. */
export interface SlotEvents {
  /** It can take more. */
  onRoom(): void;
  /** The process has ended. The slot starts another one itself, unless it was closed. */
  onEnd(end: ProcessEnd): void;
}

/** Keeps one engine process running: starts it, starts another one after a crash, with a growing delay, and measures its work. */
export class EngineSlot {
  readonly options: SlotOptions;
  readonly #events: SlotEvents;
  readonly #models: readonly string[];
  readonly #work = new WorkMeter();
  #process: EngineProcess | null = null;
  #isClosed = false;
  /** Doubles with each crash since a job was last finished. */
  readonly #backoff = new Backoff(restartDelays);
  /** The last reason that was logged; a model stays unusable however often an engine tries to load it. */
  #loggedUnusable: string | null = null;
  #restart: NodeJS.Timeout | undefined;
  #crashedAtMs: number[] = [];

  constructor(options: SlotOptions, events: SlotEvents) {
    this.options = options;
    this.#events = events;
    this.#models = [...new Set(options.pipelines.flatMap(({ models }) => models.map(({ sha256 }) => sha256)))];
  }

  get inFlight(): number {
    return this.#process?.inFlight ?? 0;
  }

  get isReady(): boolean {
    return this.#process?.isReady ?? false;
  }

  get #state(): EngineState {
    if (this.#isClosed) return 'STOPPED';
    switch (this.#process?.state) {
      case 'STARTING':
        return 'STARTING';
      case 'READY':
        return this.inFlight > 0 ? 'BUSY' : 'READY';
      default:
        return 'DEGRADED';
    }
  }

  status(): EngineStatus {
    const { id, threads } = this.options;
    const nowMs = performance.now();
    return {
      id,
      state: this.#state,
      provider: this.#process?.provider ?? '',
      threads,
      imagesPerSecond: this.#work.perSecond(nowMs),
      busyShare: this.#work.busyShare(nowMs),
      ...this.#work.pictures(nowMs),
      rssBytes: this.#process?.rssBytes ?? 0,
      pid: this.#process?.pid ?? null,
      models: this.#models,
      crashes: this.#countCrashes(nowMs),
    };
  }

  start(): void {
    this.#process = new EngineProcess(this.options, {
      onRoom: () => this.#events.onRoom(),
      onInHand: (entry) => {
        this.#work.begin(performance.now());
        if (!entry.ended) entry.hooks.onStart?.();
      },
      onFinished: (entry, result) => this.#onFinished(entry, result),
      onEnd: (end) => this.#onEnd(end),
    });
  }

  /** Sends a job to the engine. Only for a slot that isReady. */
  give(entry: PoolJob): void {
    this.#process!.give(entry);
  }

  /** Tells the engine that a job was cancelled; does nothing if the job is not in it. */
  cancel(entry: PoolJob): void {
    this.#process?.cancel(entry);
  }

  /** Ends the process, if there is one. The slot does not start again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    await this.#process?.close();
  }

  #onFinished(entry: PoolJob | undefined, result: JobResult | FailedResult): void {
    this.#backoff.reset();
    const nowMs = performance.now();
    this.#work.finish(nowMs, entry?.kind === 'analyze');
    if (this.inFlight === 0) this.#work.rest(nowMs);
    if (!result.ok && result.detail && !entry?.ended) {
      this.options.logger.error(
        { jobId: entry?.job.id, detail: result.detail },
        'An engine could not process a picture.',
      );
    }
    if (result.ok && 'faults' in result) {
      for (const fault of result.faults ?? [])
        this.options.logger.error({ jobId: entry?.job.id, fault }, 'An optional step of an analysis failed.');
    }
    entry?.settle(result);
  }

  #onEnd(end: ProcessEnd): void {
    this.#work.rest(performance.now());
    this.#process = null;
    if (!this.#isClosed) this.#startAgain(end);
    this.#events.onEnd(end);
  }

  #startAgain(end: ProcessEnd): void {
    const { logger, id } = this.options;
    if (end.cause === 'TOO_LARGE') {
      logger.warn({ engine: id }, 'An engine used too much memory and is replaced.');
      this.start();
      return;
    }
    this.#crashedAtMs.push(performance.now());
    this.#logDeath(end);
    const backoffMs = this.#backoff.next();
    this.#restart = setTimeout(() => this.start(), backoffMs);
  }

  #countCrashes(nowMs: number): number {
    this.#crashedAtMs = this.#crashedAtMs.filter((atMs) => atMs > nowMs - crashWindowMs);
    return this.#crashedAtMs.length;
  }

  #logDeath({ cause, code, signal, jobs, blamed, unusable, lastOutput }: ProcessEnd): void {
    if (unusable !== null && unusable === this.#loggedUnusable) return;
    this.#loggedUnusable = unusable;
    this.options.logger.error(
      {
        engine: this.options.id,
        cause,
        code,
        signal,
        inFlight: jobs.map(({ job }) => job.id),
        blamed: blamed?.entry.job.id,
        lastOutput: unusable ?? lastOutput,
      },
      'An engine died and is started again.',
    );
  }
}
