import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import type { LoadedPipeline } from '../../../src/models/load-pipelines.ts';
import type { DecodingLimit } from '../protocol/decoding-limit.ts';
import type { FromEngine, ToEngine } from '../protocol/messages.ts';
import { answerFeatures } from './answer-features.ts';
import type { ForkEngine } from './fork-engine.ts';
import {
  canceledDeadline,
  type Deadline,
  decodingDeadline,
  decodingOverdue,
  processingDeadline,
} from './job-deadlines.ts';
import { toMessages, travelId } from './job-messages.ts';
import { MatrixLedger } from './matrix-ledger.ts';
import type { PoolJob } from './pool-job.ts';
import type { EndCause, ProcessEnd, ProcessEvents } from './process-events.ts';
import { type Overdue, Watchdog } from './watchdog.ts';

/** Loading and warming the models takes about a second; an engine silent for this long will never be ready. */
const startTimeoutMs = 60_000;
/**
 * An engine that has grown by this much since it was ready is replaced when it is idle: this is many times what a job needs, so it
 * is a leak.
 */
const maxGrowthBytes = 2 * 1024 ** 3;

export interface ProcessOptions {
  threads: number;
  provider: ExecutionProvider;
  maxImagePixels: number;
  pipelines: LoadedPipeline[];
  decodingLimit: DecodingLimit;
  fork: ForkEngine;
  logger: Logger;
}

export type ProcessState = 'STARTING' | 'READY' | 'ENDING' | 'ENDED';

/**
 * An engine process and the jobs that it was given.
 *
 *   STARTING ─▶ READY ─▶ ENDING ─▶ ENDED
 *
 * ENDING: it was killed and has not exited yet. A process that dies by itself is ENDED, whatever its state was.
 */
export class EngineProcess {
  readonly #options: ProcessOptions;
  readonly #events: ProcessEvents;
  readonly #child: ChildProcess;
  /** Jobs given to the engine by their message ids, the current one first: an engine processes them in order. */
  readonly #inFlight = new Map<string, PoolJob>();
  readonly #ledger = new MatrixLedger();
  readonly #watchdog = new Watchdog((overdue) => this.#onOverdue(overdue));
  readonly #ended = Promise.withResolvers<void>();
  #state: ProcessState = 'STARTING';
  #endCause: EndCause | null = null;
  #blamed: ProcessEnd['blamed'] = null;
  #unusable: string | null = null;
  #lastOutput = '';
  #inHandSinceMs = 0;
  #readyRssBytes = 0;
  rssBytes = 0;
  /** What runs the models: cpu or cuda; empty while it starts. */
  provider = '';

  /** Starts the process. */
  constructor(options: ProcessOptions, events: ProcessEvents) {
    this.#options = options;
    this.#events = events;
    const { threads, provider, pipelines, maxImagePixels, decodingLimit } = options;
    this.#child = options.fork(threads);
    this.#listen();
    this.#watchdog.watch(startTimeoutMs, { reason: 'was not ready in time', failure: null });
    this.#send({ type: 'init', pipelines, threads, provider, maxImagePixels, decodingCpuMs: decodingLimit.cpuMs });
  }

  get state(): ProcessState {
    return this.#state;
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Whether it accepts jobs. */
  get isReady(): boolean {
    return this.#state === 'READY' && !this.#isTooLarge;
  }

  get #isTooLarge(): boolean {
    return this.rssBytes - this.#readyRssBytes > maxGrowthBytes;
  }

  get #inHand(): PoolJob | undefined {
    return this.#inFlight.values().next().value;
  }

  /** Sends a job to the engine. Only while it isReady. */
  give(entry: PoolJob): void {
    entry.attempts += 1;
    this.#inFlight.set(travelId(entry), entry);
    for (const message of toMessages(entry, this.#ledger)) this.#send(message);
    if (this.#inHand === entry) this.#onInHand(entry);
  }

  /** Tells the engine that a job was cancelled; does nothing if the job is not in it. */
  cancel(entry: PoolJob): void {
    if (!this.#inFlight.has(travelId(entry))) return;
    this.#send({ type: 'cancel', id: travelId(entry) });
    if (this.#inHand === entry) this.#watch(canceledDeadline);
  }

  /** Kills it for good; resolves when it has ended and onEnd was called. */
  async close(): Promise<void> {
    this.#kill('CLOSED');
    await this.#ended.promise;
  }

  #listen(): void {
    const child = this.#child;
    child.on('message', (message) => this.#onMessage(message as FromEngine));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastOutput = (this.#lastOutput + text).slice(-2_000);
    });
    // 'exit' follows in every case except one: the process could not be created.
    child.on('error', (error) => {
      this.#lastOutput += error.message;
      if (child.pid === undefined) this.#onExit(null, null);
    });
    child.once('exit', (code, signal) => {
      // Results that it sent before it died may still be in the channel; 'disconnect' comes after them.
      if (child.connected) child.once('disconnect', () => this.#onExit(code, signal));
      else this.#onExit(code, signal);
    });
  }

  #onMessage(message: FromEngine): void {
    switch (message.type) {
      case 'unusable':
        this.#unusable = message.message;
        return;
      case 'features-wanted':
        void answerFeatures(message, this.#inFlight.get(message.id), this.#child, this.#options.logger);
        return;
      case 'ready':
        this.#onReady(message);
        return;
      case 'decoded':
        this.#onDecoded(message.id);
        return;
      case 'decoding-overdue':
        this.#onDecodingOverdue(message.id);
        return;
      case 'finished':
        this.#onFinished(message);
    }
  }

  #onReady({ provider, problem, rssBytes }: Extract<FromEngine, { type: 'ready' }>): void {
    this.#watchdog.rest();
    if (problem !== undefined) this.#options.logger.warn(problem);
    this.provider = provider;
    this.rssBytes = rssBytes;
    this.#readyRssBytes = rssBytes;
    if (this.#state === 'STARTING') this.#state = 'READY';
    this.#events.onRoom();
  }

  #onDecoded(id: string): void {
    const entry = this.#inHand;
    if (!entry || travelId(entry) !== id || entry.ended) return;
    const { delayMs, overdue } = processingDeadline(entry);
    this.#watch({ delayMs: Math.max(0, delayMs - (performance.now() - this.#inHandSinceMs)), overdue });
  }

  #onDecodingOverdue(id: string): void {
    const entry = this.#inHand;
    if (entry && travelId(entry) === id) this.#onOverdue(decodingOverdue(this.#options.decodingLimit));
  }

  #onOverdue({ reason, failure }: Overdue): void {
    const entry = this.#inHand;
    if (entry && failure) this.#blamed = { entry, failure };
    this.#lastOutput += `The engine ${reason}; killed.`;
    this.#kill(this.#state === 'STARTING' ? 'FAILED_START' : 'OVERDUE');
  }

  #onFinished({ id, result, rssBytes }: Extract<FromEngine, { type: 'finished' }>): void {
    this.#watchdog.rest();
    this.rssBytes = rssBytes;
    const entry = this.#inFlight.get(id);
    this.#inFlight.delete(id);
    this.#events.onFinished(entry, result);
    const next = this.#inHand;
    if (next) this.#onInHand(next);
    else if (this.#isTooLarge) this.#kill('TOO_LARGE');
    this.#events.onRoom();
  }

  /** Its time starts. */
  #onInHand(entry: PoolJob): void {
    this.#inHandSinceMs = performance.now();
    this.#watch(entry.ended ? canceledDeadline : decodingDeadline(entry, this.#options.decodingLimit));
    this.#events.onInHand(entry);
  }

  #watch({ delayMs, overdue }: Deadline): void {
    if (this.#state === 'READY') this.#watchdog.watch(delayMs, overdue);
  }

  /** Does nothing if the process is already ending. */
  #kill(cause: EndCause): void {
    if (this.#endCause !== null || this.#state === 'ENDED') return;
    this.#watchdog.rest();
    this.#endCause = cause;
    this.#state = 'ENDING';
    this.#child.kill('SIGKILL');
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#watchdog.rest();
    const cause = this.#endCause ?? (this.#state === 'STARTING' ? 'FAILED_START' : 'DIED');
    this.#state = 'ENDED';
    const jobs = [...this.#inFlight.values()];
    this.#inFlight.clear();
    const told = { blamed: this.#blamed, unusable: this.#unusable, lastOutput: this.#lastOutput };
    this.#events.onEnd({ cause, jobs, ...told, code, signal });
    this.#ended.resolve();
  }

  #send(message: ToEngine): void {
    // If the channel is already closed, 'exit' reports that and puts the jobs back; the error itself has no further information.
    this.#child.send(message, () => {});
  }
}
