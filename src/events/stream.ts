import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { EventKind, EventState, LogEvent } from './event.ts';
import type { TickEvent } from './tick.ts';

/** One of a finite set, as it stands when a stream over the set begins. */
export interface Member<Kind extends EventKind = EventKind> {
  entityId: string;
  settled: boolean;
  state: EventState<Kind>;
  /** When it came to stand so. */
  at: Date;
  taskId?: string | null;
  batchIds?: readonly string[];
}

export interface StreamRequest<Kind extends EventKind = EventKind> {
  organizationId: string;
  kind: Kind;
  /** These entities only; absent or empty: all. The same for the other two, and what is given must all hold. */
  entityIds?: readonly string[] | undefined;
  batchId?: string | undefined;
  taskId?: string | undefined;
  /** Narrows further what is delivered; what it leaves out still counts for a finite set's end. */
  matches?(event: LogEvent<Kind>): boolean;
  /** The cursor to go on from; null: from now. */
  after: string | null;
  /**
   * Makes the stream finite: all members with their present state. Called once, in a transaction of one snapshot
   * (REPEATABLE READ, read only) that it must read through. With `after` null their states are sent first.
   */
  members?(trx: Transaction<DB>): Promise<readonly Member<Kind>[]>;
  /** Whether a member in this state has come to rest; needed with `members`. */
  isSettled?(state: EventState<Kind>): boolean;
}

/** The contract's ResyncReason. */
export type ResyncReason = 'CURSOR_EXPIRED' | 'CURSOR_FOREIGN' | 'SUBSCRIBER_TOO_SLOW';

/** Passing its cursor as `after` continues with what follows it: no gap, no repeat. */
export type StreamItem<Kind extends EventKind = EventKind> =
  | { type: 'event'; event: TickEvent<Kind>; cursor: string }
  /** The last item of its stream. */
  | { type: 'resync'; reason: ResyncReason; cursor: string };
