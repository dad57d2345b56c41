/** Filters for a stream of analyses. An event must match all of them; an empty filter matches every analysis of the organisation. The other filters of AnalysisFilter cannot be decided from an event: read `analysis` and decide from that. */
export type AnalysisEventFilter = {
  /** Only analyses in this batch. The stream completes when all of them have ended. */
  batchId?: string | null | undefined;
  /** Only analyses with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only these analyses, 1 to 500. The stream completes when all of them have ended. */
  ids?: Array<string> | null | undefined;
  /** Only analyses of this image. */
  imageId?: string | null | undefined;
  /** Only changes to SUCCEEDED with a mean confidence of at least this, 0 to 1; in the initial states of a stream, only analyses that have it. */
  minConfidence?: number | null | undefined;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only changes to one of these statuses. */
  status?: Array<AnalysisStatus> | null | undefined;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
};

/** Filters for analyses. An analysis must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing. */
export type AnalysisFilter = {
  /** Only analyses in this batch. */
  batchId?: string | null | undefined;
  /** Only analyses that found this catalogue item. */
  containsCatalogItemId?: string | null | undefined;
  /** Only analyses submitted in this period. */
  createdAt?: DateTimeRange | null | undefined;
  /** Only analyses with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only analyses that ended in this period. */
  finishedAt?: DateTimeRange | null | undefined;
  /** Only these analyses. */
  ids?: Array<string> | null | undefined;
  /** Only analyses of this image. */
  imageId?: string | null | undefined;
  /** Only analyses whose metadata has all of these pairs. */
  metadata?: Array<MetadataMatch> | null | undefined;
  /** Only analyses whose mean confidence is at least this, 0 to 1. */
  minConfidence?: number | null | undefined;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only analyses with one of these statuses. */
  status?: Array<AnalysisStatus> | null | undefined;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
};

/** The order of a list of analyses. Entries with equal values are ordered by their ids. */
export type AnalysisOrder = {
  /** The direction of the list. Entries without a value come last in either direction. */
  direction?: OrderDirection;
  /** What the list is ordered by. */
  field: AnalysisOrderField;
};

/** What a list of analyses can be ordered by. */
export type AnalysisOrderField =
  /** The mean confidence of the detections: with ASC, the least certain come first. Analyses without one come last. */
  | 'CONFIDENCE'
  /** The time of submission. */
  | 'CREATED_AT'
  /** The time at which they ended. Analyses that have not ended come last. */
  | 'FINISHED_AT';

/** The status of an analysis. More values may be added: treat an unknown one as not ended. */
export type AnalysisStatus =
  /** The analysis waits for the bytes of its image. */
  | 'AWAITING_UPLOAD'
  /** The analysis was cancelled by cancelAnalyses. */
  | 'CANCELED'
  /** The analysis has ended because the bytes of its image never arrived. Create another upload and submit that one; renewUpload no longer works. */
  | 'EXPIRED'
  /** The analysis has ended without a result; see `failure`. */
  | 'FAILED'
  /** The analysis waits for an engine. It returns to this status if the worker that ran it dies. */
  | 'QUEUED'
  /** An engine is processing the image. */
  | 'RUNNING'
  /** The analysis has ended with a result. */
  | 'SUCCEEDED';

/** What a warning is about. More values may be added: go by the message of a warning with an unknown code. */
export type AnalysisWarningCode =
  /** Part of the image is missing or damaged and was read as grey or in wrong colours. Products there are not found. */
  | 'IMAGE_DAMAGED'
  /** The image deviates from its file format, as files of some cameras do. All of it was read. */
  | 'IMAGE_IRREGULAR';

/** A period of time. A bound that is omitted or null is open. */
export type DateTimeRange = {
  /** Start of the period, inclusive. */
  from?: string | null | undefined;
  /** End of the period, exclusive. */
  to?: string | null | undefined;
};

/** The state of an engine. More values may be added. */
export type EngineState =
  /** The engine is working. */
  | 'BUSY'
  /** The engine has crashed and is about to be restarted. */
  | 'DEGRADED'
  /** The engine is waiting for work. */
  | 'READY'
  /** The engine is loading models. */
  | 'STARTING'
  /** The engine has stopped for good. */
  | 'STOPPED';

/** The file format of an export. */
export type ExportFormat =
  /** One COCO object detection document: one image per analysis that SUCCEEDED, one annotation per detection, one category per catalogue item, and the category `unknown`. */
  | 'COCO'
  /** CSV (RFC 4180) with a header. Each detection and each label is a record; an analysis with neither has one record. Text that a spreadsheet would run as a formula is prefixed with an apostrophe. */
  | 'CSV'
  /** JSON Lines: one line per analysis in any status, with its detections. */
  | 'JSONL';

/** Which analyses to export and in which format. */
export type ExportInput = {
  /** CSV only: true begins the file with a byte order mark (U+FEFF), so that Excel reads it as UTF-8. */
  byteOrderMark?: boolean;
  /** Which analyses to export; `{}` exports all. */
  filter: AnalysisFilter;
  /** The file format. */
  format: ExportFormat;
};

/** The status of an export. */
export type ExportStatus =
  /** The file has been removed because its retention period has ended. */
  | 'EXPIRED'
  /** The file could not be written; see failure. */
  | 'FAILED'
  /** The file is being written, or waits for a worker. */
  | 'RUNNING'
  /** The file is available at `url`. */
  | 'SUCCEEDED';

/** How the catalogue item of a detection was determined. */
export type MatchMethod =
  /** By the similarity of embeddings alone. */
  | 'APPEARANCE'
  /** By its neighbours: it took the item that most of them have. */
  | 'NEIGHBOR'
  /** By local features that agree in position and colour. */
  | 'VERIFIED';

/** A pair that the metadata must have. */
export type MetadataMatch = {
  /** The exact key. */
  key: string;
  /** The exact value. `12` and `true` also match a number and a boolean. */
  value: string;
};

/** The direction of a list. */
export type OrderDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Largest or newest first. */
  | 'DESC';

/** How many days data is kept: 1 to 36500, for events 1 to 7. A field that is omitted stays unchanged. Null keeps images and analyses until they are deleted, and events as long as the server keeps them. */
export type RetentionInput = {
  /** Days that analyses are kept. The period begins when an analysis is submitted. Analyses that have ended are deleted with their results and their membership in batches; the counters of the batches stay. */
  analysisDays?: number | null | undefined;
  /** Days that events are kept. The events of a day (UTC) are deleted together, once all of them are older than that. A subscription that resumes from an earlier cursor receives StreamResync with CURSOR_EXPIRED. */
  eventDays?: number | null | undefined;
  /** Days that the files of future exports are kept. It cannot be null. */
  exportDays?: number | null | undefined;
  /** Days that images of the library are kept. The period begins when an image is stored. Images are deleted with their bytes, renditions and embeddings; analyses keep their results. Images of catalogue items are kept, and so are images that an analysis still waits for. */
  imageDays?: number | null | undefined;
};

/** What an API key allows. WRITE includes READ, and ADMIN includes both. */
export type Scope =
  /** API keys, retention and details of engines. */
  | 'ADMIN'
  /** Queries and subscriptions. */
  | 'READ'
  /** Mutations. */
  | 'WRITE';

/** What a task does with an image. */
export type TaskType =
  /** Labels the image as a whole. */
  | 'CLASSIFICATION'
  /** Finds products and matches them with the task's catalogue items. */
  | 'DETECTION'
  /** Accepts or rejects the image by its labels. */
  | 'FILTER';
