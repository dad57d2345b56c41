import { type CursorKey, encodeCursor, type ResumePoint } from './cursor.ts';
import type { LogEvent, Position } from './event.ts';
import type { Hub } from './hub.ts';
import { compareDecimals, comparePositions } from './position.ts';
import { type EventFilter, filterTest, readEvents, readLogState } from './read-log.ts';
import { readSnapshot } from './snapshot.ts';
import type { ResyncReason, StreamItem, StreamRequest } from './stream.ts';
import { StreamControl } from './stream-control.ts';
import { CursorMaker } from './stream-cursors.ts';
import { latestProgress, onOneTick, stateEvent } from './stream-events.ts';
import {
  findResyncReason,
  isKnownAt,
  pointAt,
  type StreamStart,
  startWithoutReading,
  streamFilter,
} from './stream-start.ts';
import type { Subscriber } from './subscriber.ts';
import { createTick, type Tick, type TickEvent } from './tick.ts';

/** Why a stream is over. */
type End = 'complete' | 'ended' | ResyncReason;

/**
 * One stream: states, then the log from memory or by pages of SQL until it meets the hub's position, then what the hub
 * hands out. It holds no connection while its client takes its time.
 *
 *   start -> states -> replay -- caught up --> live -- queue was full --> replay (from memory only) -> ...
 *
 * ends: every member settled and everything known of them delivered; a resync; {@link end}.
 */
export class EventStream {
  readonly #hub: Hub;
  readonly #request: StreamRequest;
  readonly #filter: EventFilter;
  readonly #matchesFilter: (event: LogEvent) => boolean;
  readonly #control: StreamControl;
  #start!: Pick<StreamStart, 'point' | 'settlement' | 'lastXid'>;
  /** null: sent. Kept no longer than that, because a stream may be open for days. */
  #first: Pick<StreamStart, 'states' | 'tick'> | null = null;
  #cursors!: CursorMaker;
  /** Everything up to here was delivered, or does not belong to this stream. */
  #position!: Position;
  /** The epoch of the log that this stream reads. */
  #incarnation = 0;
  #key!: CursorKey;

  constructor(hub: Hub, request: StreamRequest) {
    this.#hub = hub;
    this.#request = request;
    this.#filter = streamFilter(request);
    this.#matchesFilter = filterTest(this.#filter);
    this.#control = new StreamControl(hub.logger);
  }

  /** Lets a waiting generator end. */
  end(): void {
    this.#control.end();
  }

  /** @param point where to resume; null: now. foreign: from another log. */
  async *run(point: ResumePoint | 'foreign' | null): AsyncGenerator<StreamItem, void, undefined> {
    const release = this.#hub.acquire();
    try {
      if (!(await this.#untilTailRuns())) return;
      const resync = point === 'foreign' ? 'CURSOR_FOREIGN' : await this.#begin(point);
      const outcome = resync ?? (yield* this.#deliver());
      if (outcome !== 'complete' && outcome !== 'ended') yield* this.#resync(outcome);
    } finally {
      release();
    }
  }

  async #untilTailRuns(): Promise<boolean> {
    while (!this.#control.ended && this.#hub.position === null) {
      this.#control.pause.begin();
      this.#hub.onceAdvanced(() => this.#control.pause.end());
      await this.#control.pause.wait();
    }
    this.#incarnation = this.#hub.incarnation;
    this.#key = { ...this.#hub.key };
    return !this.#control.ended;
  }

  async #begin(point: ResumePoint | null): Promise<ResyncReason | 'ended' | null> {
    const { db, reads } = this.#hub;
    // Events in memory are neither pruned nor from another log.
    if (point && !this.#isWithinMemory(point)) {
      const state = await this.#control.patiently(() =>
        reads.run(() => readLogState(db, this.#request.organizationId)),
      );
      if (!state) return 'ended';
      const resync = findResyncReason(point, state, this.#key.epoch);
      if (resync) return resync;
    }
    const wanted = { request: this.#request, filter: this.#filter, point };
    const start = startWithoutReading(wanted) ?? (await this.#control.patiently(() => this.#hub.starts.ask(wanted)));
    if (!start) return 'ended';
    const { states, tick, ...kept } = start;
    this.#start = kept;
    this.#first = { states, tick };
    this.#cursors = new CursorMaker(this.#key, start.point);
    this.#position = start.point.position;
    return null;
  }

  #isWithinMemory({ position, snapshot }: ResumePoint): boolean {
    const reached = this.#hub.position;
    return (
      snapshot === null && reached !== null && comparePositions(position, reached) <= 0 && this.#hub.covers(position)
    );
  }

  async *#deliver(): AsyncGenerator<StreamItem, End, undefined> {
    yield* this.#sendStates();
    // At first from memory or from SQL; a stream that was live once and falls behind what memory holds is ended.
    for (let fromLog = true; ; fromLog = false) {
      const caughtUp = yield* this.#replay({ fromLog });
      if (caughtUp !== 'caught-up') return caughtUp;
      const live = yield* this.#goLive();
      if (live !== 'behind') return live;
    }
  }

  *#sendStates(): Generator<StreamItem, void, undefined> {
    const { states, tick } = this.#first!;
    this.#first = null;
    const { point } = this.#start;
    const wanted = states.map((member) => stateEvent(this.#request, point, member)).filter(this.#isWanted);
    const events = onOneTick(wanted, tick);
    for (const event of events) {
      const toldUpTo = event === events.at(-1) ? null : event.entityId;
      yield { type: 'event', event, cursor: this.#cursors.ofState(toldUpTo) };
    }
  }

  /** Until there is nothing between this stream and the hub. Events that arrive before it joins are delivered by joining. */
  async *#replay({ fromLog }: { fromLog: boolean }): AsyncGenerator<StreamItem, End | 'caught-up', undefined> {
    for (;;) {
      if (this.#control.ended) return 'ended';
      if (this.#hub.incarnation !== this.#incarnation) return 'CURSOR_FOREIGN';
      const fromMemory = this.#hub.covers(this.#position);
      if (!fromMemory && !fromLog) return 'SUBSCRIBER_TOO_SLOW';
      const page = fromMemory ? this.#readMemory() : await this.#readPage();
      if (typeof page === 'string') return page;
      yield* this.#sendPage(page.events, fromMemory ? this.#hub.momentTick() : createTick());
      this.#position = page.end;
      if (fromMemory && page.events.length === 0) return 'caught-up';
    }
  }

  #readMemory(): { events: LogEvent[]; end: Position } {
    return this.#hub.read(this.#position, (event) => this.#consider(event));
  }

  async #readPage(): Promise<{ events: LogEvent[]; end: Position } | End> {
    const { db, limits, reads } = this.#hub;
    const page = await this.#control.patiently(() =>
      reads.run(() => readEvents(db, this.#position, { limit: limits.pageEvents, filter: this.#filter })),
    );
    if (!page) return 'ended';
    // Checked with each page, not only at the start: events that a slow client has not read may be pruned meanwhile.
    const resync = findResyncReason(
      { position: this.#position, snapshot: null, toldUpTo: null },
      page,
      this.#key.epoch,
    );
    if (resync) return resync;
    return { events: page.events.filter((event) => this.#consider(event)), end: page.end };
  }

  *#sendPage(events: readonly LogEvent[], tick: Tick): Generator<StreamItem, void, undefined> {
    for (const event of onOneTick(latestProgress(events), tick)) {
      yield this.#item(event);
      this.#position = { xid: event.xid, id: event.id };
    }
  }

  async *#goLive(): AsyncGenerator<StreamItem, End | 'behind', undefined> {
    const subscriber = this.#hub.join({
      filter: this.#filter,
      after: this.#position,
      consider: (event) => this.#consider(event),
      wake: () => this.#control.pause.end(),
    });
    try {
      return yield* this.#takeFrom(subscriber);
    } finally {
      this.#hub.leave(subscriber);
    }
  }

  async *#takeFrom(subscriber: Subscriber): AsyncGenerator<StreamItem, End | 'behind', undefined> {
    for (;;) {
      this.#control.pause.begin();
      if (this.#control.ended) return 'ended';
      if (this.#hub.incarnation !== this.#incarnation) return 'CURSOR_FOREIGN';
      if (subscriber.behindFrom) {
        this.#position = subscriber.behindFrom;
        return 'behind';
      }
      const event = subscriber.take();
      if (event) {
        this.#position = { xid: event.xid, id: event.id };
        yield this.#item(event);
        continue;
      }
      if (this.#start.settlement?.complete) {
        if (this.#isAllDelivered()) return 'complete';
        this.#hub.onceAdvanced(() => this.#control.pause.end());
      }
      await this.#control.pause.wait();
    }
  }

  /** If there is nothing left to take, everything that the hub has read was delivered. */
  #isAllDelivered(): boolean {
    const { lastXid } = this.#start;
    const reached = this.#hub.position;
    return lastXid === null || (reached !== null && compareDecimals(reached.xid, lastXid) > 0);
  }

  /** Follows the set, and decides whether the client receives an event that comes after this stream's position. */
  #consider(event: LogEvent): boolean {
    if (!this.#matchesFilter(event) || isKnownAt(this.#start.point, event.xid)) return false;
    this.#start.settlement?.observe(event);
    return this.#isWanted(event);
  }

  readonly #isWanted = (event: LogEvent): boolean => this.#request.matches?.(event) ?? true;

  #item(event: TickEvent): StreamItem {
    return { type: 'event', event, cursor: this.#cursors.ofEvent(event) };
  }

  async *#resync(reason: ResyncReason): AsyncGenerator<StreamItem, void, undefined> {
    if (reason === 'SUBSCRIBER_TOO_SLOW') {
      this.#hub.stats.tooSlow += 1;
      // Nothing is lost: a stream that resumes from here reads from the log what was not delivered.
      yield { type: 'resync', reason, cursor: this.#cursors.at(this.#position) };
      return;
    }
    const snapshot = await this.#control.patiently(() => readSnapshot(this.#hub.db));
    if (snapshot) yield { type: 'resync', reason, cursor: encodeCursor(this.#hub.key, pointAt(snapshot)) };
  }
}
