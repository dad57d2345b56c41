import { isConnectionTrouble } from '../database/sqlstate.ts';
import { type CursorKey, encodeCursor, type LogPlace } from './cursor.ts';
import type { LogEvent, Position } from './event.ts';
import type { Hub } from './hub.ts';
import { Pause } from './pause.ts';
import { compareDecimals, comparePositions } from './position.ts';
import { type EventFilter, filterTest, readEvents, readLogState } from './read-log.ts';
import { readSnapshot } from './snapshot.ts';
import type { Member, ResyncReason, StreamItem, StreamRequest } from './stream.ts';
import { isKnownAt, placeOf, refusePlace, type StreamStart, startStream } from './stream-start.ts';
import type { Subscriber } from './subscriber.ts';
import { createTick, type TickEvent, wantEntity } from './tick.ts';

const firstRetryMs = 50;
const lastRetryMs = 2_000;

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
  readonly #pause = new Pause();
  #ended = false;
  #start!: StreamStart;
  /** Everything up to here was delivered, or is not for this stream. */
  #position!: Position;
  /** Of the log that this stream reads. */
  #incarnation = 0;
  #key!: CursorKey;

  constructor(hub: Hub, request: StreamRequest) {
    this.#hub = hub;
    this.#request = request;
    this.#filter = {
      organizationId: request.organizationId,
      kind: request.kind,
      entityIds: request.entityIds?.length ? request.entityIds : undefined,
      batchId: request.batchId,
      taskId: request.taskId,
    };
    this.#matchesFilter = filterTest(this.#filter);
  }

  /** Lets a generator that waits come to its end. */
  end(): void {
    this.#ended = true;
    this.#pause.end();
  }

  /** @param place where to go on; null: now. foreign: from another log. */
  async *run(place: LogPlace | 'foreign' | null): AsyncGenerator<StreamItem, void, undefined> {
    const release = this.#hub.acquire();
    try {
      if (!(await this.#untilTailRuns())) return;
      const refused = place === 'foreign' ? 'CURSOR_FOREIGN' : await this.#begin(place);
      const outcome = refused ?? (yield* this.#deliver());
      if (outcome !== 'complete' && outcome !== 'ended') yield* this.#resync(outcome);
    } finally {
      release();
    }
  }

  async #untilTailRuns(): Promise<boolean> {
    while (!this.#ended && this.#hub.position === null) {
      this.#pause.begin();
      this.#hub.onceAdvanced(() => this.#pause.end());
      await this.#pause.wait();
    }
    this.#incarnation = this.#hub.incarnation;
    this.#key = { ...this.#hub.key };
    return !this.#ended;
  }

  async #begin(place: LogPlace | null): Promise<ResyncReason | 'ended' | null> {
    const { db } = this.#hub;
    // What lies in memory is neither pruned nor from elsewhere.
    if (place && !this.#isWithinMemory(place)) {
      const state = await this.#patiently(() => readLogState(db));
      if (!state) return 'ended';
      const refused = refusePlace(place, state, this.#key.epoch);
      if (refused) return refused;
    }
    const start = await this.#patiently(() => startStream(db, this.#request, this.#filter, place));
    if (!start) return 'ended';
    this.#start = start;
    this.#position = start.place.position;
    return null;
  }

  #isWithinMemory({ position, snapshot }: LogPlace): boolean {
    const reached = this.#hub.position;
    return (
      snapshot === null && reached !== null && comparePositions(position, reached) <= 0 && this.#hub.covers(position)
    );
  }

  async *#deliver(): AsyncGenerator<StreamItem, End, undefined> {
    yield* this.#sendStates();
    // At first from wherever the events are; whoever was live once and is slower than memory is cut off.
    for (let fromLog = true; ; fromLog = false) {
      const caughtUp = yield* this.#replay({ fromLog });
      if (caughtUp !== 'caught-up') return caughtUp;
      const live = yield* this.#goLive();
      if (live !== 'behind') return live;
    }
  }

  *#sendStates(): Generator<StreamItem, void, undefined> {
    const { place, states } = this.#start;
    const tick = createTick();
    const events = states.map((state) => ({ ...this.#stateEvent(state), tick }));
    const wanted = events.filter((event) => this.#isWanted(event));
    for (const event of wanted) wantEntity(event);
    for (const event of wanted) {
      const toldUpTo = event === wanted.at(-1) ? null : event.entityId;
      yield { type: 'event', event, cursor: encodeCursor(this.#key, { ...place, toldUpTo }) };
    }
  }

  /** A member's state in the form of an event; it has no place of its own in the log. */
  #stateEvent(member: Member): LogEvent {
    const { organizationId, kind, taskId, batchId } = this.#request;
    return {
      ...this.#start.place.position,
      organizationId,
      kind,
      entityId: member.entityId,
      taskId: member.taskId ?? taskId ?? null,
      batchIds: [...(member.batchIds ?? (batchId === undefined ? [] : [batchId]))],
      state: { ...member.state, previousStatus: null },
      at: member.at,
    };
  }

  /** Until nothing lies between this stream and the hub; what comes in before it joins, joining hands out. */
  async *#replay({ fromLog }: { fromLog: boolean }): AsyncGenerator<StreamItem, End | 'caught-up', undefined> {
    for (;;) {
      if (this.#ended) return 'ended';
      if (this.#hub.incarnation !== this.#incarnation) return 'CURSOR_FOREIGN';
      const fromMemory = this.#hub.covers(this.#position);
      if (!fromMemory && !fromLog) return 'SUBSCRIBER_TOO_SLOW';
      const page = fromMemory ? this.#readMemory() : await this.#readPage();
      if (typeof page === 'string') return page;
      yield* this.#sendPage(page.events);
      this.#position = page.end;
      if (fromMemory && page.events.length === 0) return 'caught-up';
    }
  }

  #readMemory(): { events: LogEvent[]; end: Position } {
    return this.#hub.read(this.#position, (event) => this.#consider(event));
  }

  async #readPage(): Promise<{ events: LogEvent[]; end: Position } | End> {
    const { db, limits } = this.#hub;
    const page = await this.#patiently(() =>
      readEvents(db, this.#position, { limit: limits.pageEvents, filter: this.#filter }),
    );
    if (!page) return 'ended';
    // Checked with each page, not only at the start: a slow client's place may be pruned meanwhile.
    const refused = refusePlace({ position: this.#position, snapshot: null, toldUpTo: null }, page, this.#key.epoch);
    if (refused) return refused;
    return { events: page.events.filter((event) => this.#consider(event)), end: page.end };
  }

  /** Of a batch's progress only the latest is of interest. */
  *#sendPage(events: readonly LogEvent[]): Generator<StreamItem, void, undefined> {
    const tick = createTick();
    const latest = new Map(events.map((event) => [event.entityId, event]));
    const wanted = events
      .filter((event) => event.kind !== 'BATCH' || latest.get(event.entityId) === event)
      .map((event) => ({ ...event, tick }));
    for (const event of wanted) wantEntity(event);
    for (const event of wanted) {
      yield this.#item(event);
      this.#position = { xid: event.xid, id: event.id };
    }
  }

  async *#goLive(): AsyncGenerator<StreamItem, End | 'behind', undefined> {
    const subscriber = this.#hub.join({
      filter: this.#filter,
      after: this.#position,
      consider: (event) => this.#consider(event),
      wake: () => this.#pause.end(),
    });
    try {
      return yield* this.#takeFrom(subscriber);
    } finally {
      this.#hub.leave(subscriber);
    }
  }

  async *#takeFrom(subscriber: Subscriber): AsyncGenerator<StreamItem, End | 'behind', undefined> {
    for (;;) {
      this.#pause.begin();
      if (this.#ended) return 'ended';
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
        this.#hub.onceAdvanced(() => this.#pause.end());
      }
      await this.#pause.wait();
    }
  }

  /** With nothing left to take, everything that the hub has read was delivered. */
  #isAllDelivered(): boolean {
    const { lastXid } = this.#start;
    const reached = this.#hub.position;
    return lastXid === null || (reached !== null && compareDecimals(reached.xid, lastXid) > 0);
  }

  /** Follows the set, and tells whether the client is to hear of an event that comes after this stream's position. */
  #consider(event: LogEvent): boolean {
    if (!this.#matchesFilter(event) || isKnownAt(this.#start.place, event.xid)) return false;
    this.#start.settlement?.observe(event);
    return this.#isWanted(event);
  }

  #isWanted(event: LogEvent): boolean {
    return this.#request.matches?.(event) ?? true;
  }

  #item(event: TickEvent): StreamItem {
    return { type: 'event', event, cursor: this.#cursorAt(event, event.tick.cursors) };
  }

  /** The same text for all streams but those that began with a snapshot which reaches beyond the position. */
  #cursorAt({ xid, id }: Position, made: Map<string, string>): string {
    const { snapshot } = this.#start.place;
    const position = { xid, id };
    if (snapshot && compareDecimals(xid, snapshot.xmax) < 0)
      return encodeCursor(this.#key, { position, snapshot, toldUpTo: null });
    const known = made.get(id);
    if (known !== undefined) return known;
    const cursor = encodeCursor(this.#key, { position, snapshot: null, toldUpTo: null });
    made.set(id, cursor);
    return cursor;
  }

  async *#resync(reason: ResyncReason): AsyncGenerator<StreamItem, void, undefined> {
    if (reason === 'SUBSCRIBER_TOO_SLOW') {
      this.#hub.stats.tooSlow += 1;
      // Nothing is lost: going on from here reads what was not delivered from the log.
      yield { type: 'resync', reason, cursor: this.#cursorAt(this.#position, new Map()) };
      return;
    }
    const snapshot = await this.#patiently(() => readSnapshot(this.#hub.db));
    if (snapshot) yield { type: 'resync', reason, cursor: encodeCursor(this.#hub.key, placeOf(snapshot)) };
  }

  /**
   * Waits out a database that cannot be reached: an error would end the stream, and with graphql-ws the client's socket.
   * @returns null when ended meanwhile.
   */
  async #patiently<T>(read: () => Promise<T>): Promise<T | null> {
    for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, lastRetryMs)) {
      this.#pause.begin();
      if (this.#ended) return null;
      try {
        const result = await read();
        return this.#ended ? null : result;
      } catch (error) {
        if (!isConnectionTrouble(error)) throw error;
        this.#hub.logger.warn({ err: error, delayMs }, 'A stream waits for the database.');
        await this.#pause.wait(delayMs);
      }
    }
  }
}
