import type { Kysely } from 'kysely';
import { isConnectionTrouble } from '../database/sqlstate.ts';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { Semaphore } from '../shared/semaphore.ts';
import { Together } from '../shared/together.ts';
import { Turns } from '../shared/turns.ts';
import type { CursorKey } from './cursor.ts';
import type { LogEvent, Position } from './event.ts';
import type { Hints } from './hints.ts';
import { emptyStats, type HubLimits } from './hub-figures.ts';
import { compareDecimals, comparePositions } from './position.ts';
import { type LogPage, readEvents, readFirstPage, readWaitingSeconds } from './read-log.ts';
import { Ring } from './ring.ts';
import { type StartRequest, type StreamStart, startStreams } from './stream-start.ts';
import { type Follower, Subscriber, type SubscriberOptions } from './subscriber.ts';
import { SubscriberIndex } from './subscriber-index.ts';
import { startTailer, type Tailer } from './tailer.ts';
import { createTick, onTick, type Tick } from './tick.ts';

/**
 * Connections that streams use at a time, of about twenty that they share with requests: after a restart, ten thousand of them begin at
 * once, and requests have to be answered meanwhile.
 */
const startsAtOnce = 2;
const readsAtOnce = 4;
/** Streams that begin in one transaction. */
const startsTogether = 200;

export interface HubOptions {
  db: Kysely<DB>;
  hints: Hints;
  logger: Logger;
  /** Its epoch is kept up to date. */
  key: CursorKey;
  limits: HubLimits;
}

interface Tail {
  tailer: Tailer;
  stopHearing(): void;
}

/**
 * The one tail of the log in this process, and who hears of what it reads. It runs while anybody holds it.
 *
 *   idle -- first acquire --> starting -- first page --> running -- last release --> idle
 */
export class Hub {
  readonly db: Kysely<DB>;
  readonly key: CursorKey;
  readonly limits: HubLimits;
  readonly logger: Logger;
  readonly stats = emptyStats();
  /** Begins streams. */
  readonly starts: Together<StartRequest, StreamStart>;
  /** Admits the reads of streams that resume from before what is in memory. */
  readonly reads = new Semaphore(readsAtOnce);
  /** Taken by streams that have been begun and go on to deliver. */
  readonly turns = new Turns();
  readonly #hints: Hints;
  #index = new SubscriberIndex();
  /** Called once with the next page, whatever is in it. */
  #onAdvance = new Set<() => void>();
  /** Called when the log has not been readable for some seconds. */
  readonly onUnreachable = new Set<() => void>();
  #tail: Tail | null = null;
  /** null: idle or starting. */
  #ring: Ring | null = null;
  #horizon = '0';
  #incarnation = 0;
  #closing = false;
  #moment: Tick | null = null;

  constructor({ db, hints, logger, key, limits }: HubOptions) {
    this.db = db;
    this.key = key;
    this.limits = limits;
    this.logger = logger;
    this.#hints = hints;
    this.starts = new Together({
      answer: (starts) => startStreams(db, starts),
      concernsAll: isConnectionTrouble,
      atOnce: startsAtOnce,
      most: startsTogether,
    });
  }

  /** From now on nothing is delivered, and streams neither end nor continue: their sockets are about to be closed. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Changes when the log is no longer the same: a database was restored or failed over while this process runs. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** Up to where the log has been read and handed out; null until the first page after an acquire. */
  get position(): Position | null {
    return this.#ring?.to ?? null;
  }

  /** Keeps the tail running until it is released as often as it was acquired. */
  acquire(): void {
    this.stats.subscribers += 1;
    if (!this.#closing) this.#tail ??= this.#startTail();
  }

  release(): void {
    this.stats.subscribers -= 1;
    if (this.stats.subscribers === 0) this.#stopTail();
  }

  /** Whether everything after the position is in memory. */
  covers(position: Position): boolean {
    return this.#ring?.covers(position) ?? false;
  }

  /** The next events after a position that the hub covers. */
  read(after: Position, test: (event: LogEvent) => boolean): { events: LogEvent[]; end: Position } {
    return this.#ring!.read(after, test, this.limits.pageEvents);
  }

  /**
   * Delivers everything after `after`: first, at once, what is in memory, then new events. Both begin in one synchronous step, so
   * that no page can arrive in between.
   */
  join(follower: Follower, options: Omit<SubscriberOptions, 'queueLimit'>): Subscriber {
    const subscriber = new Subscriber(follower, { ...options, queueLimit: this.limits.queuedEvents });
    const tick = this.momentTick();
    for (const event of this.#ring?.read(options.after, () => true, Infinity).events ?? [])
      subscriber.offer(onTick(event, tick));
    this.#index.add(subscriber);
    return subscriber;
  }

  leave(subscriber: Subscriber): void {
    this.#index.delete(subscriber);
    if (subscriber.behindFrom) this.stats.queueOverflows += 1;
  }

  /**
   * For events that are read from memory now: streams that begin at the same moment load their entities together. It ends with the next
   * page, so that no entity was loaded before an event on its tick.
   */
  momentTick(): Tick {
    if (this.#moment === null) {
      this.#moment = createTick();
      setImmediate(() => {
        this.#moment = null;
      });
    }
    return this.#moment;
  }

  /** Calls once after the next page, when the position may have moved. */
  onceAdvanced(wake: () => void): void {
    this.#onAdvance.add(wake);
  }

  poke(): void {
    this.#tail?.tailer.poke();
  }

  close(): void {
    this.#closing = true;
    this.#stopTail();
  }

  #startTail(): Tail {
    const { db, limits, logger } = this;
    const tailer = startTailer({
      read: (after) =>
        after ? readEvents(db, after, { limit: limits.pageEvents }) : readFirstPage(db, limits.ringEvents),
      readWaitingSeconds: (state) => readWaitingSeconds(db, state),
      onPage: (page) => this.#onPage(page),
      onLag: (seconds) => {
        this.stats.horizonLagSeconds = seconds;
      },
      onUnreachable: () => {
        for (const tell of this.onUnreachable) tell();
      },
      pollMs: limits.pollMs,
      logger,
    });
    return { tailer, stopHearing: this.#hints.on('eventsWritten', () => tailer.poke()) };
  }

  #stopTail(): void {
    this.#tail?.stopHearing();
    this.#tail?.tailer.stop();
    this.#tail = null;
    // Events that happen until the next start would be missing in it.
    this.#ring = null;
    this.stats.ringEvents = 0;
    this.stats.horizonLagSeconds = 0;
  }

  #onPage(page: LogPage): void {
    const ring = this.#isAnotherLog(page) ? this.#beginAgain() : this.#ring;
    this.#horizon = page.horizon;
    this.#moment = null;
    if (ring) {
      ring.append(page.events, page.end);
      this.stats.eventsRead += page.events.length;
      this.stats.ringEvents = ring.size;
      this.#handOut(page.events);
    } else {
      // The events of such a page come before the range that begins with it, unless it says that none is missing.
      this.key.epoch = page.epoch;
      this.#ring = new Ring(this.limits.ringEvents, page.recent?.from ?? page.end);
      this.#ring.append(page.recent?.events ?? [], page.end);
      this.stats.ringEvents = this.#ring.size;
    }
    const waiting = this.#onAdvance;
    this.#onAdvance = new Set();
    for (const wake of waiting) wake();
  }

  #handOut(events: readonly LogEvent[]): void {
    const tick = createTick();
    for (const event of events) {
      const tickEvent = { ...event, tick };
      for (const subscriber of this.#index.matching(event)) subscriber.offer(tickEvent);
    }
  }

  /** The horizon of one log never moves back, and no event appears below what has been read. */
  #isAnotherLog({ epoch, horizon, events: [first] }: LogPage): boolean {
    if (epoch !== this.key.epoch || compareDecimals(horizon, this.#horizon) < 0) return true;
    return first !== undefined && this.#ring !== null && comparePositions(first, this.#ring.to) <= 0;
  }

  #beginAgain(): null {
    this.logger.error(
      'The event log is not the same as before (restored, failed over or crashed). All streams start again.',
    );
    this.#incarnation += 1;
    const lost = this.#index;
    this.#index = new SubscriberIndex();
    for (const subscriber of lost.all()) subscriber.wake();
    return null;
  }
}
