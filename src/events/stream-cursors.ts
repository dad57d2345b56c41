import { type CursorKey, encodeCursor, type ResumePoint } from './cursor.ts';
import type { Position } from './event.ts';
import { compareDecimals } from './position.ts';
import type { TickEvent } from './tick.ts';

/** The cursors of one stream. All of them contain what the beginning of the stream had already seen. */
export class CursorMaker {
  readonly #key: CursorKey;
  readonly #start: ResumePoint;

  constructor(key: CursorKey, start: ResumePoint) {
    this.#key = key;
    this.#start = start;
  }

  /** @param toldUpTo the member whose state has this cursor; null: the last one. */
  ofState(toldUpTo: string | null): string {
    return encodeCursor(this.#key, { ...this.#start, toldUpTo });
  }

  /** The text is the same for all streams, except those whose beginning has seen something beyond the event. */
  ofEvent(event: TickEvent): string {
    if (this.#startReachesBeyond(event)) return this.at(event);
    const made = event.tick.cursors.get(event.id);
    if (made !== undefined) return made;
    const cursor = this.at(event);
    event.tick.cursors.set(event.id, cursor);
    return cursor;
  }

  at({ xid, id }: Position): string {
    return encodeCursor(this.#key, { position: { xid, id }, snapshot: this.#start.snapshot, toldUpTo: null });
  }

  #startReachesBeyond({ xid }: Position): boolean {
    return this.#start.snapshot !== null && compareDecimals(xid, this.#start.snapshot.xmax) < 0;
  }
}
