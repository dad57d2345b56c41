import type { Position } from './event.ts';
import type { EventFilter } from './event-filter.ts';
import { comparePositions, justBefore } from './position.ts';
import { type TickEvent, wantEntity } from './tick.ts';

/** The stream that a subscriber serves. */
export interface Follower {
  /**
   * Called once, in order, with every event after `after` that may match. Returns whether to deliver it. An error that it throws
   * ends only this stream.
   */
  consider(event: TickEvent): boolean;
  /** Called when there is something to take or to check. */
  wake(): void;
}

export interface SubscriberOptions {
  /** Decides under which key the hub indexes it. */
  filter: EventFilter;
  /** Everything up to here was delivered before it joined; the hub may be one tick behind. */
  after: Position;
  /** Maximum number of undelivered events. */
  queueLimit: number;
}

/**
 * Events that the hub has for one stream and that the stream has not taken yet. A full queue is abandoned, not extended: the stream
 * then continues from the ring, which all streams share, as long as the ring reaches back far enough.
 */
export class Subscriber {
  readonly filter: EventFilter;
  readonly #follower: Follower;
  readonly #after: Position;
  readonly #queueLimit: number;
  /**
   * In the order of the log. The progress of a batch occurs once, at its latest event; all other events keep their place. null: empty, as
   * it nearly always is.
   */
  #queue: Map<string, TickEvent> | null = null;
  #behindFrom: Position | null = null;
  #failure: { error: unknown } | null = null;

  constructor(follower: Follower, { filter, after, queueLimit }: SubscriberOptions) {
    this.filter = filter;
    this.#follower = follower;
    this.#after = after;
    this.#queueLimit = queueLimit;
  }

  /** Everything up to here was taken, and the rest was abandoned; null: nothing was abandoned. */
  get behindFrom(): Position | null {
    return this.#behindFrom;
  }

  offer(event: TickEvent): void {
    if (this.#behindFrom !== null || comparePositions(event, this.#after) <= 0) return;
    if (!this.#isForThis(event)) return;
    const key = event.kind === 'BATCH' ? event.entityId : event.id;
    this.#queue ??= new Map();
    // Deleted first: a Map would keep the old order, and cursors would run backwards.
    this.#queue.delete(key);
    if (this.#queue.size >= this.#queueLimit) this.#giveUp(this.#queue);
    else {
      this.#queue.set(key, event);
      wantEntity(event);
    }
    this.#follower.wake();
  }

  /**
   * The next event; null when there is none.
   * @throws what `consider` threw.
   */
  take(): TickEvent | null {
    if (this.#failure) throw this.#failure.error;
    if (this.#queue === null) return null;
    for (const [key, event] of this.#queue) {
      this.#queue.delete(key);
      return event;
    }
    this.#queue = null;
    return null;
  }

  wake(): void {
    this.#follower.wake();
  }

  #isForThis(event: TickEvent): boolean {
    try {
      return this.#follower.consider(event);
    } catch (error) {
      this.#failure ??= { error };
      this.#follower.wake();
      return false;
    }
  }

  #giveUp(queue: ReadonlyMap<string, TickEvent>): void {
    const [first] = queue.values();
    this.#behindFrom = justBefore(first!);
    this.#queue = null;
  }
}
