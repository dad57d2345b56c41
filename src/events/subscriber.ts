import type { Position } from './event.ts';
import { comparePositions, justBefore } from './position.ts';
import type { EventFilter } from './read-log.ts';
import { type TickEvent, wantEntity } from './tick.ts';

export interface SubscriberOptions {
  /** Decides in which part of the hub's index it stands. */
  filter: EventFilter;
  /** Joined with everything up to here delivered; the hub may be behind that by a tick. */
  after: Position;
  /**
   * Called once with every event after `after` that may match, in order; whether it is to be delivered. What it throws ends
   * this stream alone.
   */
  consider(event: TickEvent): boolean;
  /** There is something to take, or to find out. */
  wake(): void;
  /** Undelivered events at most. */
  queueLimit: number;
}

/**
 * What the hub has for one stream and the stream has not taken yet.
 *
 * A queue that is full is given up, not extended: the stream then reads on from the ring, which all streams share, for as
 * long as the ring reaches back to it.
 */
export class Subscriber {
  readonly filter: EventFilter;
  readonly #options: SubscriberOptions;
  /** In the order of the log. A batch's progress stands once, where its latest event is; everything else stands where it was. */
  readonly #queue = new Map<string, TickEvent>();
  #behindFrom: Position | null = null;
  #failure: { error: unknown } | null = null;

  constructor(options: SubscriberOptions) {
    this.filter = options.filter;
    this.#options = options;
  }

  /** Everything up to here was taken, what comes after was given up; null: nothing was. */
  get behindFrom(): Position | null {
    return this.#behindFrom;
  }

  offer(event: TickEvent): void {
    if (this.#behindFrom !== null || comparePositions(event, this.#options.after) <= 0) return;
    if (!this.#isForThis(event)) return;
    const key = event.kind === 'BATCH' ? event.entityId : event.id;
    // Deleted first: a Map would keep the old order, and cursors would run backwards.
    this.#queue.delete(key);
    if (this.#queue.size >= this.#options.queueLimit) this.#giveUp();
    else {
      this.#queue.set(key, event);
      wantEntity(event);
    }
    this.#options.wake();
  }

  /**
   * The next event; null when there is none.
   * @throws what `consider` threw.
   */
  take(): TickEvent | null {
    if (this.#failure) throw this.#failure.error;
    for (const [key, event] of this.#queue) {
      this.#queue.delete(key);
      return event;
    }
    return null;
  }

  wake(): void {
    this.#options.wake();
  }

  #isForThis(event: TickEvent): boolean {
    try {
      return this.#options.consider(event);
    } catch (error) {
      this.#failure ??= { error };
      this.#options.wake();
      return false;
    }
  }

  #giveUp(): void {
    const [first] = this.#queue.values();
    this.#behindFrom = justBefore(first!);
    this.#queue.clear();
  }
}
