/** What the log tells about: the kind of entity that changed. */
export const eventKinds = ['ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT'] as const;
export type EventKind = (typeof eventKinds)[number];

/** Place in the log. Decimal text, since both are 64-bit integers. The order is (xid, id), compared as numbers. */
export interface Position {
  xid: string;
  id: string;
}

/** What an event says by itself, without a look at the entity; absent: not for this kind. */
export interface EventState {
  status?: string | null;
  previousStatus?: string | null;
  indexingStatus?: string | null;
  placeId?: string | null;
}

/** An event about to be written; its position, epoch and time come from the database. */
export interface NewEvent {
  organizationId: string;
  kind: EventKind;
  entityId: string;
  /** Of an analysis. */
  taskId?: string | null;
  /** Every batch that an analysis is a member of. */
  batchIds?: readonly string[];
  state: EventState;
}

/** An event as read from the log. */
export interface LogEvent extends Position {
  organizationId: string;
  kind: EventKind;
  entityId: string;
  taskId: string | null;
  batchIds: string[];
  state: EventState;
  at: Date;
}
