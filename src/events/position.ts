import type { Position } from './event.ts';

/** The position before the first event. */
export const logStart: Position = { xid: '0', id: '0' };

/** Decimal texts without leading zeros, compared as the numbers they are: no BigInt in a path that runs per event. */
export function compareDecimals(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Negative when `a` comes before `b` in the log. */
export function comparePositions(a: Position, b: Position): number {
  return compareDecimals(a.xid, b.xid) || compareDecimals(a.id, b.id);
}

/** The position after which this event is the first. Ids begin with 1. */
export function justBefore(event: Position): Position {
  return { xid: event.xid, id: (BigInt(event.id) - 1n).toString() };
}
