import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { LoadedPipeline } from '../../../src/models/load-pipelines.ts';
import type { EngineState } from '../../../src/shared/engine-state.ts';
import type { FromEngine, JobMessage, ToEngine } from '../protocol/messages.ts';
import { answerFeatures } from './answer-features.ts';
import type { ForkEngine } from './fork-engine.ts';
import { MatrixLedger } from './matrix-ledger.ts';
import type { PoolJob } from './pool-job.ts';
import { RateMeter } from './rate-meter.ts';
import { WorkMeter } from './work-meter.ts';

export interface EngineStatus {
  id: string;
  state: EngineState;
  /** What computes: cpu. */
  provider: string;
  threads: number;
  /** Pictures finished a second, over the last 10 seconds. */
  imagesPerSecond: number;
  /** Part of the last 10 seconds in which it had something in hand, 0..1. */
  busyShare: number;
  /** Analyses finished within the last 5 minutes, and how long they were in hand together. */
  pictures: number;
  picturesMs: number;
  rssBytes: number;
  pid: number | null;
  /** sha256 of the models that it holds when it runs. */
  models: readonly string[];
}

/** Loading and warming the models takes about a second; an engine silent for this long will never be ready. */
const START_TIMEOUT_MS = 60_000;
/** How long after its time was over a job may still answer itself, between two runs, before its engine is killed. */
const LATE_GRACE_MS = 1_000;
/** How long an engine may go on with a job that was canceled, in one run of a model, before it is killed. */
const CANCEL_GRACE_MS = 5_000;
/** Grown by so much since it was ready, an engine is replaced once it has nothing in hand: many times what a job needs, so a leak. */
const MAX_GROWTH_BYTES = 2 * 1024 ** 3;
/** A job without a limit of its own that takes so long never ends; a large picture in tiles takes seconds. */
const LONGEST_JOB_MS = 600_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;

export interface SlotOptions {
  id: string;
  threads: number;
  maxImagePixels: number;
  pipelines: LoadedPipeline[];
  fork: ForkEngine;
  logger: Logger;
}

/** What the pool is told. */
export interface SlotEvents {
  /** It can take more. */
  onRoom(): void;
  /** The process is gone; jobs were in flight, in this order. The slot starts another one by itself. */
  onDeath(jobs: PoolJob[], late: boolean): void;
  /** The process went before it was ready; unusable says why, when it knew. */
  onFailedStart(unusable: string | null): void;
}

/**
 * One place for an engine process. STARTING until the models are warm, then READY or BUSY; DEGRADED while it waits to be
 * started again after a death; STOPPED for good by close().
 */
export class EngineSlot {
  readonly options: SlotOptions;
  /** Jobs handed over, by their ids on the way, the one in hand first: an engine works in order. */
  readonly #inFlight = new Map<string, PoolJob>();
  readonly #events: SlotEvents;
  readonly #models: readonly string[];
  readonly #rate = new RateMeter();
  readonly #work = new WorkMeter();
  #child: ChildProcess | null = null;
  #state: EngineState = 'STARTING';
  #ledger = new MatrixLedger();
  #provider = '';
  #rssBytes = 0;
  #readyRssBytes = 0;
  /** Deaths since a job was last finished; the back-off doubles with each. */
  #deaths = 0;
  #unusable: string | null = null;
  /** The last reason that the log was told; a model stays unusable however often an engine tries to load it. */
  #loggedUnusable: string | null = null;
  /** Start-up, lateness or a canceled job: whatever the process is watched for now. */
  #watchdog: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #lastWords = '';

  constructor(options: SlotOptions, events: SlotEvents) {
    this.options = options;
    this.#events = events;
    this.#models = [...new Set(options.pipelines.flatMap(({ models }) => models.map(({ sha256 }) => sha256)))];
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get isReady(): boolean {
    return (this.#state === 'READY' || this.#state === 'BUSY') && !this.#isTooLarge;
  }

  get #isTooLarge(): boolean {
    return this.#rssBytes - this.#readyRssBytes > MAX_GROWTH_BYTES;
  }

  status(): EngineStatus {
    const { id, threads } = this.options;
    const pid = this.#child?.pid ?? null;
    const nowMs = performance.now();
    return {
      id,
      state: this.#state,
      provider: this.#provider,
      threads,
      imagesPerSecond: this.#rate.perSecond(nowMs),
      busyShare: this.#work.busyShare(nowMs),
      ...this.#work.pictures(nowMs),
      rssBytes: pid === null ? 0 : this.#rssBytes,
      pid,
      models: this.#models,
    };
  }

  start(): void {
    const { threads, pipelines, maxImagePixels, fork } = this.options;
    this.#state = 'STARTING';
    this.#ledger = new MatrixLedger();
    this.#unusable = null;
    this.#lastWords = '';
    this.#rssBytes = 0;
    const child = fork(threads);
    this.#child = child;
    child.on('message', (message) => this.#onMessage(message as FromEngine));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2_000);
    });
    // 'exit' follows in every case but one: the process could not be made at all.
    child.on('error', (error) => {
      this.#lastWords += error.message;
      if (child.pid === undefined) this.#onExit(null, null);
    });
    child.once('exit', (code, signal) => {
      // Results that it sent before it died can still lie in the channel; 'disconnect' comes after them.
      if (child.connected) child.once('disconnect', () => this.#onExit(code, signal));
      else this.#onExit(code, signal);
    });
    this.#watch(START_TIMEOUT_MS, 'was not ready in time');
    this.#send({ type: 'init', pipelines, threads, maxImagePixels });
  }

  /** Hands a job over. Only for a slot that isReady. */
  give(entry: PoolJob): void {
    entry.attempts += 1;
    const first = this.#inFlight.size === 0;
    this.#inFlight.set(travelId(entry), entry);
    this.#state = 'BUSY';
    this.#send(this.#toMessage(entry));
    if (first) this.#onInHand();
  }

  /** Tells the engine that nobody waits for a job any more; does nothing when it is not here. */
  cancel(entry: PoolJob): void {
    if (!this.#inFlight.has(travelId(entry))) return;
    this.#send({ type: 'cancel', id: travelId(entry) });
    if (this.#first() === entry) this.#watch(CANCEL_GRACE_MS, 'went on with a canceled picture');
  }

  /** Ends the process, if there is one, and returns what was in flight. The slot does not start again. */
  async close(): Promise<PoolJob[]> {
    this.#state = 'STOPPED';
    clearTimeout(this.#watchdog);
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await gone;
    }
    return this.#takeInFlight();
  }

  #onMessage(message: FromEngine): void {
    if (message.type === 'unusable') {
      this.#unusable = message.message;
      return;
    }
    if (message.type === 'features-wanted') {
      void answerFeatures(message, this.#inFlight.get(message.id), this.#child!, this.options.logger);
      return;
    }
    this.#rssBytes = message.rssBytes;
    if (message.type === 'ready') {
      clearTimeout(this.#watchdog);
      this.#provider = message.provider;
      this.#readyRssBytes = message.rssBytes;
      this.#state = 'READY';
    } else {
      this.#onFinished(message);
    }
    this.#events.onRoom();
  }

  #onFinished({ id, result }: Extract<FromEngine, { type: 'finished' }>): void {
    clearTimeout(this.#watchdog);
    const entry = this.#inFlight.get(id);
    this.#inFlight.delete(id);
    this.#deaths = 0;
    const nowMs = performance.now();
    this.#rate.count(nowMs);
    if (entry?.kind === 'analyze') this.#work.finishPicture(nowMs);
    if (!result.ok && result.detail && !entry?.ended) {
      this.options.logger.error(
        { jobId: entry?.job.id, detail: result.detail },
        'An engine could not work on a picture',
      );
    }
    if (this.#inFlight.size === 0) this.#work.rest(nowMs);
    if (this.#inFlight.size > 0) this.#onInHand();
    else if (this.#isTooLarge) this.#recycle();
    else this.#state = 'READY';
    entry?.settle(result);
  }

  /** The first in flight is now the one in hand: its time starts. */
  #onInHand(): void {
    const entry = this.#first()!;
    this.#work.begin(performance.now());
    if (entry.ended) {
      this.#watch(CANCEL_GRACE_MS, 'went on with a canceled picture');
      return;
    }
    const limitMs = entry.kind === 'analyze' ? entry.job.maxProcessingMs : null;
    if (limitMs === null) this.#watch(LONGEST_JOB_MS, 'did not come to an end with a picture');
    else {
      this.#watch(limitMs + LATE_GRACE_MS, 'ran over the time allowed for a picture', () => {
        entry.late = true;
      });
    }
    entry.hooks.onStart?.();
  }

  #first(): PoolJob | undefined {
    return this.#inFlight.values().next().value;
  }

  #toMessage(entry: PoolJob): JobMessage {
    const id = travelId(entry);
    if (entry.kind === 'render') return { type: 'job', kind: 'render', job: { ...entry.job, id } };
    if (entry.kind === 'describe') return { type: 'job', kind: 'describe', job: { ...entry.job, id } };
    const { matrix, ...given } = entry.job;
    const job = { ...given, id };
    if (!matrix) return { type: 'job', kind: 'analyze', job, matrixSlot: null };
    const { slot, messages } = this.#ledger.use(matrix);
    for (const message of messages) this.#send(message);
    return { type: 'job', kind: 'analyze', job, matrixSlot: slot };
  }

  #send(message: ToEngine): void {
    // A channel that is already closed is told by 'exit', which puts the jobs back; the error itself says nothing more.
    this.#child?.send(message, () => {});
  }

  #watch(delayMs: number, reason: string, before: () => void = () => {}): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      before();
      this.#lastWords += `${reason}; killed`;
      this.#child?.kill('SIGKILL');
    }, delayMs);
  }

  /** Replaces a process that has grown too large. */
  #recycle(): void {
    const { logger, id } = this.options;
    logger.warn({ engine: id, rssBytes: this.#rssBytes }, 'An engine holds too much memory and is replaced');
    this.#state = 'STARTING';
    this.#child?.kill('SIGKILL');
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.#watchdog);
    this.#child = null;
    if (this.#state === 'STOPPED') return;
    const failedStart = this.#state === 'STARTING' && this.#rssBytes === 0;
    const recycled = this.#state === 'STARTING' && !failedStart;
    const jobs = this.#takeInFlight();
    if (!recycled) this.#logDeath(code, signal, jobs);
    const backoffMs = recycled ? 0 : Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#deaths++);
    this.#state = recycled ? 'STARTING' : 'DEGRADED';
    this.#restart = setTimeout(() => this.start(), backoffMs);
    if (failedStart) this.#events.onFailedStart(this.#unusable);
    this.#events.onDeath(
      jobs,
      jobs.some((entry) => entry.late),
    );
  }

  #logDeath(code: number | null, signal: NodeJS.Signals | null, jobs: PoolJob[]): void {
    if (this.#unusable !== null && this.#unusable === this.#loggedUnusable) return;
    this.#loggedUnusable = this.#unusable;
    this.options.logger.error(
      {
        engine: this.options.id,
        code,
        signal,
        inFlight: jobs.map(({ job }) => job.id),
        lastWords: this.#unusable ?? this.#lastWords,
      },
      'An engine died and is started again',
    );
  }

  #takeInFlight(): PoolJob[] {
    const jobs = [...this.#inFlight.values()];
    this.#work.rest(performance.now());
    this.#inFlight.clear();
    return jobs;
  }
}

function travelId({ sequence }: PoolJob): string {
  return String(sequence);
}
