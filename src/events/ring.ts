import type { LogEvent, Position } from './event.ts';
import { comparePositions } from './position.ts';

/** The shortest retention period for events is a day, so nothing in memory is older than it may be. */
const maxAgeMs = 86_400_000;

/** The end of the log in memory, without gaps: every event after `from` up to `to`. */
export class Ring {
  readonly #capacity: number;
  #events: LogEvent[] = [];
  #from: Position;
  #to: Position;

  /** Empty; its range begins and ends at a position. */
  constructor(capacity: number, at: Position) {
    this.#capacity = capacity;
    this.#from = at;
    this.#to = at;
  }

  get to(): Position {
    return this.#to;
  }

  get size(): number {
    return this.#events.length;
  }

  /** Adds events in order, all after `to`, and the position up to which the log is now known. */
  append(events: readonly LogEvent[], to: Position): void {
    for (const event of events) this.#events.push(event);
    this.#to = to;
    // Removes events only when there is a fifth too many: removal moves the others, so it should not happen at each tick.
    if (this.#events.length > this.#capacity * 1.2) this.#drop(this.#events.length - this.#capacity);
    this.#drop(this.#countOlder(Date.now() - maxAgeMs));
  }

  #drop(count: number): void {
    const last = this.#events.splice(0, count).at(-1);
    if (last) this.#from = { xid: last.xid, id: last.id };
  }

  #countOlder(time: number): number {
    const young = this.#events.findIndex(({ at }) => at.getTime() >= time);
    return young === -1 ? this.#events.length : young;
  }

  /** Whether everything after the position is here. */
  covers(position: Position): boolean {
    return comparePositions(position, this.#from) >= 0;
  }

  /** The first events after a covered position that pass the test, and up to where that has been read. */
  read(after: Position, test: (event: LogEvent) => boolean, limit: number): { events: LogEvent[]; end: Position } {
    const events: LogEvent[] = [];
    for (let index = this.#firstAfter(after); index < this.#events.length; index++) {
      const event = this.#events[index]!;
      if (!test(event)) continue;
      events.push(event);
      if (events.length === limit) return { events, end: { xid: event.xid, id: event.id } };
    }
    // A reader may be ahead of the ring: its page of SQL was read after the last tick.
    return { events, end: comparePositions(after, this.#to) > 0 ? after : this.#to };
  }

  #firstAfter(position: Position): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions(this.#events[middle]!, position) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
