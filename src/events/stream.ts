import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { EventKind, EventState, LogEvent } from './event.ts';
import type { TickEvent } from './tick.ts';

/** A member of a finite set, in its state when a stream over the set begins. */
export interface Member<Kind extends EventKind = EventKind> {
  entityId: string;
  settled: boolean;
  state: EventState<Kind>;
  /** When it entered this state. */
  at: Date;
  taskId?: string | null;
  batchIds?: readonly string[];
}

/** A finite set by its key, for example the analyses of a batch. */
export interface MemberSet<Kind extends EventKind = EventKind> {
  key: string;
  /** Reads the members of several sets of an organisation, by their keys. Sets with the same function are read together. */
  read(
    trx: Transaction<DB>,
    organizationId: string,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Member<Kind>[]>>;
}

export interface StreamRequest<Kind extends EventKind = EventKind> {
  organizationId: string;
  kind: Kind;
  /** Only these entities; absent or empty: all. The other two work in the same way, and an event must match all that are given. */
  entityIds?: readonly string[] | undefined;
  batchId?: string | undefined;
  taskId?: string | undefined;
  /** What the caller is limited to, of analyses; see EventFilter. */
  narrowing?: Narrowing | null | undefined;
  /** Restricts what is delivered; events that it excludes still count for the end of a finite set. */
  matches?(event: LogEvent<Kind>): boolean;
  /** The cursor to resume from; null: from now. */
  after: string | null;
  /**
   * Makes the stream finite: returns all members with their present state. Called once, with a transaction of one snapshot
   * (REPEATABLE READ, read only) through which it must read. With `after` null their states are sent first.
   */
  members?(trx: Transaction<DB>): Promise<readonly Member<Kind>[]>;
  /** The same for a set that can be read together with those of other streams; instead of `members`. */
  memberSet?: MemberSet<Kind> | undefined;
  /** Whether a member in this state has settled; needed with either. */
  isSettled?(state: EventState<Kind>): boolean;
}

/** The contract's ResyncReason. */
export type ResyncReason = 'CURSOR_EXPIRED' | 'CURSOR_FOREIGN' | 'SUBSCRIBER_TOO_SLOW';

/** Passing its cursor as `after` continues with what follows it: no gap, no repeat. */
export type StreamItem<Kind extends EventKind = EventKind> =
  | { type: 'event'; event: TickEvent<Kind>; cursor: string }
  /** The last item of its stream. */
  | { type: 'resync'; reason: ResyncReason; cursor: string };

/** What a value is as an item of a stream with an event; null: it is none. Streams of other sources have values of their own. */
export function deliveredEvent(value: unknown): Extract<StreamItem, { type: 'event' }> | null {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'event') return null;
  return 'event' in value && 'cursor' in value ? (value as Extract<StreamItem, { type: 'event' }>) : null;
}
