import { type Beginning, beginStream } from './begin-stream.ts';
import { encodeCursor, type ResumePoint } from './cursor.ts';
import type { LogEvent, Position } from './event.ts';
import { type EventFilter, filterTest } from './event-filter.ts';
import type { Hub } from './hub.ts';
import { compareDecimals } from './position.ts';
import { readEvents } from './read-log.ts';
import { readSnapshot } from './snapshot.ts';
import type { ResyncReason, StreamItem, StreamRequest } from './stream.ts';
import { StreamControl } from './stream-control.ts';
import { CursorMaker } from './stream-cursors.ts';
import { latestProgress, onOneTick, stateItems } from './stream-events.ts';
import { findResyncReason, isKnownAt, pointAt, streamFilter } from './stream-start.ts';
import type { Follower, Subscriber } from './subscriber.ts';
import { createTick, type Tick, type TickEvent } from './tick.ts';

type Result = IteratorResult<StreamItem, void>;

const noItems = ([] as StreamItem[]).values();

/**
 * One stream: states, then the log from memory or by pages of SQL until it meets the hub's position, then what the hub
 * hands out. It holds no connection while its client takes its time.
 *
 *   begin -> states -> replay -- caught up --> live -- queue was full --> replay (from memory only) -> ...
 *
 * It ends when every member has settled and everything known of them was delivered, with a resync, and with {@link return}. While the
 * hub is closing, no `next()` settles until `return()`.
 *
 * It is no generator: each of several nested ones would hold registers, a request and a promise as long as the stream waits.
 */
export class EventStream implements AsyncIterableIterator<StreamItem, void, undefined>, Follower {
  readonly #hub: Hub;
  readonly #request: StreamRequest;
  readonly #filter: EventFilter;
  readonly #matchesFilter: (event: LogEvent) => boolean;
  readonly #control: StreamControl;
  /** Where to resume; null: now. foreign: from another log. */
  readonly #after: ResumePoint | 'foreign' | null;
  #start!: Omit<Beginning, 'states'>;
  #cursors!: CursorMaker;
  /** Everything up to here was delivered, will be by `#outgoing`, or does not belong to this stream. */
  #position!: Position;
  /** Sent before the next step. */
  #outgoing: Iterator<StreamItem, void> = noItems;
  /** What to do when nothing is left to send; null: the stream is over. */
  #step: (() => Promise<void> | undefined) | null = this.#begin;
  /** The step in progress, or the last one. */
  #stepping: Promise<void> | undefined;
  /** Whether the hub keeps its tail running for this stream. */
  #holdsTail = false;
  #subscriber: Subscriber | null = null;
  #wasLive = false;
  /** Set when a `next()` waits for `return()`. */
  #returned: PromiseWithResolvers<void> | null = null;

  /** Nothing happens before the first `next()`. */
  constructor(hub: Hub, request: StreamRequest, after: ResumePoint | 'foreign' | null) {
    this.#hub = hub;
    this.#request = request;
    this.#filter = streamFilter(request);
    this.#matchesFilter = filterTest(this.#filter);
    this.#control = new StreamControl(hub.logger);
    this.#after = after;
  }

  /** One call at a time. */
  async next(): Promise<Result> {
    try {
      for (;;) {
        if (this.#hub.closing) return await this.#untilReturned();
        if (this.#control.ended) return this.#leave();
        const item = this.#outgoing.next();
        if (!item.done) return item;
        // What was sent keeps everything that was loaded for it.
        this.#outgoing = noItems;
        if (this.#step === null) return this.#leave();
        this.#stepping = this.#step();
        await this.#stepping;
      }
    } catch (error) {
      if (this.#hub.closing) return this.#untilReturned();
      this.#leave();
      throw error;
    }
  }

  /** Ends the stream, also while it waits. */
  async return(): Promise<Result> {
    this.#control.end();
    this.#returned?.resolve();
    // A statement in progress is not cancelled, and whoever closes the database relies on its end. `next()` throws its error.
    await Promise.allSettled([this.#stepping]);
    return this.#leave();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Neither an end nor an error reaches the client, whose socket is about to be closed, so that it resumes on another server. */
  async #untilReturned(): Promise<Result> {
    this.#returned ??= Promise.withResolvers();
    if (!this.#control.ended) await this.#returned.promise;
    return { done: true, value: undefined };
  }

  #leave(): Result {
    this.#step = null;
    this.#outgoing = noItems;
    this.#unfollow();
    if (this.#holdsTail) this.#hub.release();
    this.#holdsTail = false;
    return { done: true, value: undefined };
  }

  async #begin(): Promise<void> {
    this.#hub.acquire();
    this.#holdsTail = true;
    const stream = { hub: this.#hub, control: this.#control, request: this.#request, filter: this.#filter };
    const beginning = await beginStream({ ...stream, after: this.#after });
    if (beginning === null) return;
    if (typeof beginning === 'string') return this.#resync(beginning);
    const { states, ...start } = beginning;
    this.#start = start;
    this.#position = start.point.position;
    this.#cursors = new CursorMaker(start.key, start.point);
    this.#outgoing = stateItems(states, this.#cursors);
    this.#step = this.#replay;
    // Hundreds of streams begin with one transaction.
    await this.#hub.turns.wait();
  }

  /** Until there is nothing between this stream and the hub. Events that arrive before it joins are delivered by joining. */
  #replay(): Promise<void> | undefined {
    if (this.#hub.incarnation !== this.#start.incarnation) return this.#resync('CURSOR_FOREIGN');
    if (this.#hub.covers(this.#position)) return this.#replayMemory();
    // At first from memory or from SQL; a stream that was live once and falls behind what memory holds is ended.
    return this.#wasLive ? this.#resync('SUBSCRIBER_TOO_SLOW') : this.#replayLog();
  }

  #replayMemory(): undefined {
    const { events, end } = this.#hub.read(this.#position, (event) => this.consider(event));
    this.#position = end;
    if (events.length > 0) this.#send(events, this.#hub.momentTick());
    else this.#goLive();
  }

  async #replayLog(): Promise<void> {
    const { db, limits, reads } = this.#hub;
    const page = await this.#control.patiently(() =>
      reads.run(() => readEvents(db, this.#position, { limit: limits.pageEvents, filter: this.#filter })),
    );
    if (!page) return;
    // Checked with each page, not only at the start: events that a slow client has not read may be pruned meanwhile.
    const point = { position: this.#position, snapshot: null, toldUpTo: null };
    const reason = findResyncReason(point, page, this.#start.key.epoch);
    if (reason !== null) return this.#resync(reason);
    this.#position = page.end;
    this.#send(
      page.events.filter((event) => this.consider(event)),
      createTick(),
    );
  }

  #send(events: readonly LogEvent[], tick: Tick): void {
    const sent = onOneTick(latestProgress(events), tick);
    this.#outgoing = sent.values().map((event) => this.#item(event));
  }

  #goLive(): void {
    this.#wasLive = true;
    this.#subscriber = this.#hub.join(this, { filter: this.#filter, after: this.#position });
    this.#step = this.#takeNext;
  }

  #takeNext(): Promise<void> | undefined {
    const { pause } = this.#control;
    pause.begin();
    const subscriber = this.#subscriber!;
    if (this.#hub.incarnation !== this.#start.incarnation) return this.#resync('CURSOR_FOREIGN');
    if (subscriber.behindFrom) return this.#replayFrom(subscriber.behindFrom);
    const event = subscriber.take();
    if (event) return this.#sendOne(event);
    if (this.#start.settlement?.complete) {
      if (this.#isAllDelivered()) this.#step = null;
      else this.#hub.onceAdvanced(() => pause.end());
    }
    return this.#step === null ? undefined : pause.wait();
  }

  #replayFrom(position: Position): undefined {
    this.#unfollow();
    this.#position = position;
    this.#step = this.#replay;
  }

  #sendOne(event: TickEvent): undefined {
    this.#position = { xid: event.xid, id: event.id };
    this.#outgoing = [this.#item(event)].values();
  }

  #unfollow(): void {
    if (this.#subscriber) this.#hub.leave(this.#subscriber);
    this.#subscriber = null;
  }

  /** If there is nothing left to take, everything that the hub has read was delivered. */
  #isAllDelivered(): boolean {
    const { lastXid } = this.#start;
    const reached = this.#hub.position;
    return lastXid === null || (reached !== null && compareDecimals(reached.xid, lastXid) > 0);
  }

  /** Follows the set, and decides whether the client receives an event that comes after this stream's position. */
  consider(event: LogEvent): boolean {
    if (!this.#matchesFilter(event) || isKnownAt(this.#start.point, event.xid)) return false;
    this.#start.settlement?.observe(event);
    // The stream may be over with an event that its client does not receive.
    if (this.#start.settlement?.complete) this.wake();
    return this.#request.matches?.(event) ?? true;
  }

  wake(): void {
    this.#control.pause.end();
  }

  #item(event: TickEvent): StreamItem {
    return { type: 'event', event, cursor: this.#cursors.ofEvent(event) };
  }

  async #resync(reason: ResyncReason): Promise<void> {
    this.#unfollow();
    this.#step = null;
    const cursor = await this.#resyncCursor(reason);
    if (cursor !== null) this.#outgoing = [{ type: 'resync' as const, reason, cursor }].values();
  }

  /** Where to go on after a resync; null: the stream was ended. */
  async #resyncCursor(reason: ResyncReason): Promise<string | null> {
    if (reason === 'SUBSCRIBER_TOO_SLOW') {
      this.#hub.stats.tooSlow += 1;
      // Nothing is lost: a stream that resumes from here reads from the log what was not delivered.
      return this.#cursors.at(this.#position);
    }
    const snapshot = await this.#control.patiently(() => readSnapshot(this.#hub.db));
    return snapshot && encodeCursor(this.#hub.key, pointAt(snapshot));
  }
}
