import { findUndecodable, listUndecodable } from '../images/bytes/undecodable.repository.ts';
import { type JobDefinition, jobKey } from '../jobs/define-job.ts';
import { addJob, removeWaitingJob } from '../jobs/jobs.repository.ts';
import type { Resources } from '../resources.ts';
import type { Failure } from '../shared/failure.ts';
import type { BlobKey } from '../storage/blob-store.ts';
import { OrderCounter } from './order-counter.ts';

export interface OrderTimes {
  /** How long a request waits for a picture. */
  longestWaitMs: number;
  /** An order that is not completed by then is abandoned; a later request orders the picture again. */
  orderLastsMs: number;
  /** Hints may be lost, so the store is also checked without one. */
  lookEveryMs: number;
}

const defaultTimes: OrderTimes = { longestWaitMs: 10_000, orderLastsMs: 60_000, lookEveryMs: 1_000 };

/** Why there is no picture: it was not made in time, or too many requests are waiting. */
export type Refusal = 'late' | 'process full' | 'organization full';

/** The outcome of a wait. */
export type Wait = { kind: 'made' } | { kind: Refusal } | { kind: 'impossible'; failure: Failure };

/** The job that makes a picture. */
export interface PictureJob {
  /** What makes two of them the same. */
  key: string;
  add(db: Resources['db']): Promise<void>;
}

/** @param job one that has a key */
export function pictureJob<Payload extends object>(job: JobDefinition<string, Payload>, payload: Payload): PictureJob {
  return { key: jobKey(job, payload)!, add: (db) => addJob(db, job, { payload }) };
}

interface Order {
  jobKey: string;
  /** Where the picture will be. */
  blob: BlobKey;
  /** performance.now() */
  endsAt: number;
  /** Wakes a request. */
  waiting: Set<() => void>;
}

/**
 * Pictures that requests of this process wait for. Each is one job, however many requests wait. There are at most as many jobs as
 * orders: further orders are rejected, and the job of an abandoned order is removed from the queue. The hint of the worker that has
 * made a picture wakes the requests.
 */
export class PictureOrders {
  readonly #app: Pick<Resources, 'db' | 'blobs' | 'hints' | 'logger'>;
  readonly #times: OrderTimes;
  readonly #orders = new Map<string, Order>();
  readonly #ordered = new OrderCounter();
  readonly #waiting = new OrderCounter();
  #timer: NodeJS.Timeout | null = null;
  #looking = false;
  #lookAgain = false;

  /** @param times other times, for tests */
  constructor(app: Pick<Resources, 'db' | 'blobs' | 'hints' | 'logger'>, times = defaultTimes) {
    this.#app = app;
    this.#times = times;
    app.hints.on('picturesMade', () => this.#look());
  }

  /**
   * Lets a worker make a picture that is not in the store, and waits for it.
   * @param blob its key in the store
   * @param gone aborted when the client has disconnected
   */
  async wait(blob: BlobKey, job: PictureJob, gone: AbortSignal): Promise<Wait> {
    const known = await findUndecodable(this.#app.db, blob);
    if (known) return { kind: 'impossible', failure: known };
    const { organizationId } = blob;
    const full = this.#waiting.isFull(organizationId);
    if (full) return { kind: full };
    this.#waiting.add(organizationId);
    try {
      const order = await this.#find(blob, job);
      if (typeof order === 'string') return { kind: order };
      await this.#untilWoken(order, gone);
    } finally {
      this.#waiting.remove(organizationId);
    }
    if (await this.#app.blobs.has(blob)) return { kind: 'made' };
    const failure = await findUndecodable(this.#app.db, blob);
    return failure ? { kind: 'impossible', failure } : { kind: 'late' };
  }

  async #find(blob: BlobKey, job: PictureJob): Promise<Order | Refusal> {
    const known = this.#orders.get(job.key);
    if (known) return known;
    const full = this.#ordered.isFull(blob.organizationId);
    if (full) return full;
    const order = {
      jobKey: job.key,
      blob,
      endsAt: performance.now() + this.#times.orderLastsMs,
      waiting: new Set<() => void>(),
    };
    // Before the job is added, so that requests which arrive meanwhile wait for this order.
    this.#orders.set(job.key, order);
    this.#ordered.add(blob.organizationId);
    this.#timer ??= setInterval(() => this.#look(), this.#times.lookEveryMs).unref();
    try {
      await job.add(this.#app.db);
    } catch (error) {
      this.#end(order);
      throw error;
    }
    return order;
  }

  #untilWoken(order: Order, gone: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#times.longestWaitMs);
    const wake = () => resolve();
    gone.addEventListener('abort', wake);
    order.waiting.add(wake);
    // The job may have ended while it was being added, or an analysis may have made the picture before.
    if (this.#orders.get(order.jobKey) !== order || gone.aborted) wake();
    else this.#look();
    return promise.finally(() => {
      clearTimeout(timer);
      gone.removeEventListener('abort', wake);
      order.waiting.delete(wake);
    });
  }

  /** One check at a time; hints that arrive meanwhile cause one more. */
  #look(): void {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    this.#lookAtAll()
      .catch((error: unknown) => this.#app.logger.warn({ err: error }, 'Ordered pictures could not be looked for.'))
      .finally(() => {
        this.#looking = false;
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.#look();
      });
  }

  async #lookAtAll(): Promise<void> {
    const orders = [...this.#orders.values()];
    if (orders.length === 0) return;
    const { db, blobs } = this.#app;
    const undecodable = new Set(
      await listUndecodable(
        db,
        orders.map(({ blob }) => blob),
      ),
    );
    const given: Order[] = [];
    await Promise.all(
      orders.map(async (order) => {
        if (undecodable.has(order.blob) || (await blobs.has(order.blob))) this.#end(order);
        else if (order.endsAt <= performance.now()) given.push(order);
      }),
    );
    for (const order of given) {
      this.#end(order);
      await removeWaitingJob(db, order.jobKey);
    }
  }

  #end(order: Order): void {
    if (!this.#orders.delete(order.jobKey)) return;
    this.#ordered.remove(order.blob.organizationId);
    for (const wake of order.waiting) wake();
    if (this.#orders.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
