import type { ClaimedAnalysis } from '../src/analyses/claims.repository.ts';
import { Pace } from './pace.ts';

/**
 * An engine has about as much as it does in this time, because claimed analyses cannot be overtaken: neither by a picture with a higher
 * priority nor by those of a worker that died. With eight of a pipeline that takes four seconds, both waited for a quarter of a minute.
 */
const heldMs = 4_000;
/** Analyses per engine: the one in progress and the next, and no more than make claims cheap. */
const heldPerEngine = { least: 2, most: 8 };

/** The analyses that a worker has claimed and that have not ended, and the remaining capacity. */
export class HeldAnalyses {
  readonly #engines: number;
  readonly #pace: Pace;
  readonly #held = new Map<string, AbortController>();
  /** Being claimed by a query in progress, and not in #held yet. */
  #reserved = 0;
  #waiting: (() => void)[] = [];
  /** Leased according to the rows but not held, at the last check. */
  #unknown: ReadonlySet<string> = new Set();

  constructor(engines: number) {
    this.#engines = engines;
    this.#pace = new Pace(engines);
  }

  get #capacity(): number {
    const { least, most } = heldPerEngine;
    const fitting = this.#pace.meanMs === null ? least : heldMs / this.#pace.meanMs;
    return this.#engines * Math.round(Math.min(Math.max(fitting, least), most));
  }

  get count(): number {
    return this.#held.size;
  }

  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Waits until half of the capacity is free, so that several are claimed at once. @returns the free capacity, at most `wanted`; 0
   * when `stop` fires. Pass it to `take`.
   */
  async reserve(wanted: number, stop: AbortSignal): Promise<number> {
    const free = () => this.#capacity - this.#held.size - this.#reserved;
    while (free() < this.#capacity / 2) {
      await this.#nextRelease(stop);
      if (stop.aborted) return 0;
    }
    const room = Math.min(wanted, free());
    this.#reserved += room;
    return room;
  }

  /**
   * Adds claimed analyses, for which capacity was reserved. @returns those that are not held already. If an analysis is still in
   * progress here, it was considered lost and released meanwhile: its result will not be accepted, and then it is released again.
   * Running it twice would use one id twice in the engine pool.
   */
  async take(room: number, claim: () => Promise<ClaimedAnalysis[]>): Promise<ClaimedAnalysis[]> {
    try {
      const fresh = (await claim()).filter(({ id }) => !this.#held.has(id));
      if (this.#held.size === 0) this.#pace.begin(performance.now());
      for (const { id } of fresh) this.#held.set(id, new AbortController());
      return fresh;
    } finally {
      this.#reserved -= room;
      this.#wake();
    }
  }

  /** Aborted when a held analysis no longer belongs to this worker. */
  signalOf(id: string): AbortSignal {
    return this.#held.get(id)!.signal;
  }

  release(id: string): void {
    this.#pace.end(performance.now(), this.#held.size);
    this.#held.delete(id);
    this.#wake();
  }

  abort(ids: readonly string[]): void {
    for (const id of ids) this.#held.get(id)?.abort();
  }

  /**
   * Leased analyses that are not held: the response to their claim was lost, or they could not be prepared or written while the
   * database was unreachable. Only those found twice in a row, because a claim or a result may be in progress.
   */
  forgotten(leased: readonly string[]): string[] {
    const unknown = new Set(leased.filter((id) => !this.#held.has(id)));
    const forgotten = [...unknown.intersection(this.#unknown)];
    this.#unknown = unknown;
    return forgotten;
  }

  #nextRelease(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // The listener is removed: `stop` lives as long as the worker, which waits here often.
      const wake = () => {
        stop.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.push(wake);
      stop.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
