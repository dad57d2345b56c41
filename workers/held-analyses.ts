import type { ClaimedAnalysis } from '../src/analyses/claims.repository.ts';

/**
 * Analyses that an engine has at hand: those it works on and the next ones. Few, because what is claimed cannot be
 * overtaken: a picture that somebody waits for is claimed at the next turn, not after all that came before.
 */
const heldPerEngine = 8;

/** The analyses that a worker has claimed and not ended, and the room for more. */
export class HeldAnalyses {
  readonly #capacity: number;
  readonly #held = new Map<string, AbortController>();
  /** Claimed in a query that is under way, and not in #held yet. */
  #reserved = 0;
  #waiting: (() => void)[] = [];
  /** Leased by the rows and not held, when last looked. */
  #unknown: ReadonlySet<string> = new Set();

  constructor(engines: number) {
    this.#capacity = engines * heldPerEngine;
  }

  get count(): number {
    return this.#held.size;
  }

  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Waits until half of the capacity is free, so that claims come in handfuls, not one by one.
   * @returns for how many there is room, at most as many as wanted; 0 when `stop` fires. To be given to `take`.
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
   * Takes what was claimed for a reserved room.
   * @returns what is not held already. An analysis that is still at work here was taken for lost and given back meanwhile: its result
   * will not be accepted, and then it is forgotten and given back; at work twice it would be with one id in the engine pool.
   */
  async take(room: number, claim: () => Promise<ClaimedAnalysis[]>): Promise<ClaimedAnalysis[]> {
    try {
      const fresh = (await claim()).filter(({ id }) => !this.#held.has(id));
      for (const { id } of fresh) this.#held.set(id, new AbortController());
      return fresh;
    } finally {
      this.#reserved -= room;
      this.#wake();
    }
  }

  /** Aborted when a held analysis is not this worker's business any more. */
  signalOf(id: string): AbortSignal {
    return this.#held.get(id)!.signal;
  }

  release(id: string): void {
    this.#held.delete(id);
    this.#wake();
  }

  abort(ids: readonly string[]): void {
    for (const id of ids) this.#held.get(id)?.abort();
  }

  /**
   * Of what the rows say is leased, what is not held: a claim whose answer got lost with the connection, an analysis that could not be
   * prepared or written for want of a database. Only what was so twice in a row, since a claim or a result may be under way.
   */
  forgotten(leased: readonly string[]): string[] {
    const unknown = new Set(leased.filter((id) => !this.#held.has(id)));
    const forgotten = [...unknown.intersection(this.#unknown)];
    this.#unknown = unknown;
    return forgotten;
  }

  #nextRelease(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // Taken off again: `stop` lives as long as the worker, which waits here for every handful of pictures.
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
