import type { Selectable } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** The kind of entity that changed. */
export const eventKinds = [
  'ANALYSIS',
  'BATCH',
  'IMAGE',
  'CATALOG_ITEM',
  'EXPORT',
  'CATALOG_IMPORT',
  'SHELF_ALERT',
  'CORRECTION',
  'VIDEO_ANALYSIS',
  'VISIT',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Kinds whose events say which task and place they are about, which a caller may be limited to. */
export const placedKinds = ['ANALYSIS', 'CORRECTION', 'VIDEO_ANALYSIS'] as const satisfies readonly EventKind[];
type PlacedKind = (typeof placedKinds)[number];

export function isPlaced(kind: EventKind): kind is PlacedKind {
  return (placedKinds as readonly EventKind[]).includes(kind);
}

/**
 * The position of an event in the log, as decimal text because both numbers are 64-bit integers. The order is (xid, id), compared
 * as numbers.
 */
export interface Position {
  xid: string;
  id: string;
}

type Row<Table extends keyof DB> = Selectable<DB[Table]>;

/** What an event of each kind contains itself, without the entity being read. */
export interface EventStates {
  /** `previousStatus` is null in the first event of an analysis, and in the states that a stream begins with. */
  ANALYSIS: {
    status: Row<'analysis'>['status'];
    previousStatus?: Row<'analysis'>['status'] | null;
    placeId?: string | null;
    /** Absent in events from before there were visits. */
    visitId?: string | null;
    /** The following fields are absent in events of 0.1.0. */
    externalId?: string | null;
    imageId?: string | null;
    /** Mean over the detections, 0..1; null unless the analysis SUCCEEDED with at least one. */
    confidence?: number | null;
  };
  /** Follows from the counters of the batch, so it has no column. */
  BATCH: { status: 'PROCESSING' | 'PARTIAL' | 'COMPLETED' };
  /** Both null: the image was deleted. */
  IMAGE: { status: Row<'image'>['status'] | null; indexingStatus: Row<'image'>['indexing_status'] | null };
  CATALOG_ITEM: { status: Row<'catalog_item'>['status']; previousStatus?: Row<'catalog_item'>['status'] | null };
  EXPORT: { status: Row<'export'>['status'] };
  CATALOG_IMPORT: { status: Row<'catalog_import'>['status'] };
  SHELF_ALERT: {
    status: Row<'shelf_alert'>['status'];
    alertKind: Row<'shelf_alert'>['kind'];
    placeId: string | null;
  };
  /** `previousStatus` null: it is new; `status` null: it was removed or replaced. */
  CORRECTION: {
    status: Row<'correction'>['status'] | null;
    previousStatus: Row<'correction'>['status'] | null;
    /** The run of the picture that it was made on. */
    analysisId: string;
    placeId: string | null;
  };
  VIDEO_ANALYSIS: VideoAnalysisState;
  /** The same status twice: images or videos were added. */
  VISIT: {
    status: Row<'visit'>['status'];
    /** null: it is new. */
    previousStatus: Row<'visit'>['status'] | null;
    /** The client's own id. */
    visitId: string;
    /** Those that its images and videos were submitted for; null: too many to be listed. */
    placeIds: string[] | null;
  };
}

/** What happened to a video analysis: its status changed, one more second is analysed, or a thing is no longer seen. */
export type VideoAnalysisState = {
  status: Row<'video_analysis'>['status'];
  videoId: string | null;
  placeId: string | null;
  /** Absent in events from before videos belonged to visits. */
  visitId?: string | null;
  externalId: string | null;
} & (
  | { change: 'STATUS'; previousStatus: Row<'video_analysis'>['status'] | null }
  | {
      change: 'SECOND';
      second: number;
      frames: number;
      /** By item or label, over the frames of this second. */
      counts: { itemId: string | null; label: string | null; count: number }[];
      /** Numbers of the tracks that began in it. */
      newTracks: number[];
      /** 0..1; null: the duration is unknown. */
      progress: number | null;
    }
  | { change: 'TRACK_ENDED'; track: number }
);

/** The contents of an event of a kind; without a kind, of any. */
export type EventState<Kind extends EventKind = EventKind> = EventStates[Kind];

interface NewEventOf<Kind extends EventKind> {
  organizationId: string;
  kind: Kind;
  entityId: string;
  /** Of an analysis, of that of a correction, or of a shelf alert. */
  taskId?: string | null;
  /** Every batch that an analysis is a member of. */
  batchIds?: readonly string[];
  state: EventState<Kind>;
}

/** An event about to be written; its position, epoch and time come from the database. */
export type NewEvent = { [Kind in EventKind]: NewEventOf<Kind> }[EventKind];

/** An event as read from the log. */
export interface LogEvent<Kind extends EventKind = EventKind> extends Position {
  organizationId: string;
  kind: Kind;
  entityId: string;
  taskId: string | null;
  batchIds: string[];
  state: EventState<Kind>;
  at: Date;
}
