import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type CursorKey, decodeCursor, encodeCursor, InvalidCursorError, type ResumePoint } from './cursor.ts';
import type { EventKind, LogEvent, Position } from './event.ts';
import { compareDecimals, comparePositions } from './position.ts';
import { type LogState, readEvents, readLastPosition, readLogState } from './read-log.ts';
import { readSnapshot } from './snapshot.ts';
import type { ResyncReason, StreamItem, StreamRequest } from './stream.ts';
import { CursorMaker } from './stream-cursors.ts';
import { latestProgress, onOneTick, stateItems } from './stream-events.ts';
import { findResyncReason, isKnownAt, pointAt, type StreamStart, startStreams, streamFilter } from './stream-start.ts';

/** What a stream would deliver next, for programs that ask from time to time. */
export interface StreamPage<Kind extends EventKind = EventKind> {
  /** With the cursors that a stream would give them. */
  items: StreamItem<Kind>[];
  /** Where to continue. It is after the last item if later events that do not match were skipped. */
  cursor: string;
  /** There may already be more after the cursor. */
  hasMore: boolean;
  /** For a finite set: all members have ended, and all their events were delivered. */
  isComplete: boolean;
}

interface LogParts {
  db: Kysely<DB>;
  key: CursorKey;
  /** `pageEvents`: of one statement. */
  limits: { pageEvents: number };
}

/** Most statements for one page: if few events match, the page ends before it is full. */
const maxStatements = 10;

/**
 * Reads up to `first` items that a stream with this request would deliver, without waiting for any. Without a cursor it begins now: with
 * the states of a finite set, else with nothing but the cursor.
 * @throws InvalidCursorError when `after` is no cursor at all.
 */
export async function readStreamPage<Kind extends EventKind>(
  log: LogParts,
  request: StreamRequest<Kind>,
  first: number,
): Promise<StreamPage<Kind>> {
  const key = { ...log.key };
  const point = request.after === null ? null : decodePoint(key, request.after);
  const state = await readLogState(log.db, request.organizationId);
  const reason = point === 'foreign' ? 'CURSOR_FOREIGN' : point && findResyncReason(point, state, key.epoch);
  if (reason) return resync(log.db, key, reason);
  const wanted = { request, filter: streamFilter(request), point: point as ResumePoint | null };
  const [start] = await startStreams(log.db, [wanted]);
  // A page has items of the kind that its request names, and no others.
  return new PageReader(log, request, start!, key).read(first) as Promise<StreamPage<Kind>>;
}

function decodePoint(key: CursorKey, after: string): ResumePoint | 'foreign' {
  const decoded = decodeCursor(key, after);
  if (decoded === 'malformed') throw new InvalidCursorError();
  return decoded === 'foreign' ? decoded : decoded.point;
}

async function resync(db: Kysely<DB>, key: CursorKey, reason: ResyncReason): Promise<StreamPage<never>> {
  const cursor = encodeCursor(key, pointAt(await readSnapshot(db)));
  return { items: [{ type: 'resync', reason, cursor }], cursor, hasMore: false, isComplete: false };
}

class PageReader {
  readonly #log: LogParts;
  readonly #request: StreamRequest;
  readonly #start: StreamStart;
  readonly #key: CursorKey;
  readonly #cursors: CursorMaker;
  #items: StreamItem[] = [];

  constructor(log: LogParts, request: StreamRequest, start: StreamStart, key: CursorKey) {
    this.#log = log;
    this.#request = request;
    this.#start = start;
    this.#key = key;
    this.#cursors = new CursorMaker(key, start.point);
  }

  async read(first: number): Promise<StreamPage> {
    this.#items.push(...stateItems(this.#start.states, this.#cursors).take(first));
    const left = first - this.#items.length;
    // After the states comes the log, of which nothing is known yet.
    if (left === 0) return this.#page(this.#items.at(-1)!.cursor, { hasMore: true });
    return this.#readLog(left);
  }

  async #readLog(first: number): Promise<StreamPage> {
    const { db, limits } = this.#log;
    let position = this.#start.point.position;
    let left = first;
    for (let statements = 0; statements < maxStatements; statements += 1) {
      const filter = streamFilter(this.#request);
      const page = await readEvents(db, position, { limit: limits.pageEvents, filter });
      const reason = findResyncReason({ position, snapshot: null, toldUpTo: null }, page, this.#key.epoch);
      if (reason) return resync(db, this.#key, reason);
      const events = latestProgress(page.events.filter((event) => this.#consider(event)));
      this.#addEvents(events.slice(0, left));
      if (events.length > left) return this.#page(this.#items.at(-1)!.cursor, { hasMore: true });
      left -= events.length;
      position = page.last;
      if (!page.full) return this.#end(page, position);
      if (left === 0) break;
    }
    return this.#page(this.#cursors.at(position), { hasMore: true });
  }

  /**
   * Everything known was read. The cursor advances even if the filter rarely matches; otherwise its part of the log would be
   * pruned.
   */
  async #end(state: LogState, position: Position): Promise<StreamPage> {
    const last = await readLastPosition(this.#log.db, state.horizon);
    const reached = comparePositions(last, position) > 0 ? last : position;
    const { settlement, lastXid } = this.#start;
    const isAllRead = lastXid === null || compareDecimals(state.horizon, lastXid) > 0;
    const isComplete = isAllRead && (settlement?.complete ?? false);
    return this.#page(this.#cursors.at(reached), { hasMore: false, isComplete });
  }

  #addEvents(events: readonly LogEvent[]): void {
    for (const event of onOneTick(events))
      this.#items.push({ type: 'event', event, cursor: this.#cursors.ofEvent(event) });
  }

  #consider(event: LogEvent): boolean {
    if (isKnownAt(this.#start.point, event.xid)) return false;
    this.#start.settlement?.observe(event);
    return this.#request.matches?.(event) ?? true;
  }

  #page(cursor: string, { hasMore, isComplete = false }: { hasMore: boolean; isComplete?: boolean }): StreamPage {
    return { items: this.#items, cursor, hasMore, isComplete };
  }
}
