/** When a shelf alert is raised. complianceBelow and itemMissing need a planogram. */
export type AlertRulesInput = {
  /** Raises an alert while the score of the compliance is below this, 0 to 1. Default: never. */
  complianceBelow?: number | null | undefined;
  /** Raises an alert while Analysis.gapShare is above this, 0 to 1. The task must have findGaps set. Default: never. */
  gapShareAbove?: number | null | undefined;
  /** Whether an alert is raised for each item of the planogram that stands nowhere, while a place of it is seen without it. */
  itemMissing?: boolean;
  /** Raises an alert for each of these items while a price tag below its facings says another price; see Analysis.priceTags. A price that was not read raises and clears nothing. Tags below facings of several items, and prices of several pieces, do not count. The task must have readText set. At most 1,000 items. Default: never. */
  pricesDifferFrom?: Array<ItemPriceInput> | null | undefined;
};

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
  /** Only analyses with exactly this visitId. */
  visitId?: string | null | undefined;
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
  /** Only analyses with exactly this visitId. */
  visitId?: string | null | undefined;
};

/** Options that override the task for this analysis. If an option is omitted or null, that of the task applies. */
export type AnalysisOptionsInput = {
  /** ISO 3166 code of a country whose species are to be looked for. ValidationError on this server: it has no list of the species of countries. See location. */
  country?: string | null | undefined;
  /** Whether products are matched with the catalogue. If false, they are only located. */
  matchCatalog?: boolean;
  /** Whether barcodes and matrix codes are read; see Analysis.codes. */
  readCodes?: boolean | null | undefined;
  /** Whether to read the text in the image; see Analysis.texts. ValidationError if the task or its pipeline cannot read text. */
  readText?: boolean | null | undefined;
  /** Matches only items with at least one of these tags, 1 to 20, for example a country. Default: all items of the task. */
  restrictToTags?: Array<string> | null | undefined;
  /** Whether a product takes the item that most similar-looking neighbours on its shelf have, unless local features confirm another item (see MatchMethod). With a pipeline that finds animals: whether animals of one picture that look alike take the label that most of them have. */
  smoothNeighbors?: boolean;
  /** Lowest confidence to report, 0 to 1. */
  threshold?: number | null | undefined;
  /** How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20. ValidationError where nothing is listed: if matchCatalog is false, for DETECTION with a pipeline of people, animals and vehicles, and for videos unless the task labels whole frames. */
  topCandidates?: number | null | undefined;
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

/** Which analyses are counted. An analysis must match all filters; a filter that is omitted or null is ignored. An unknown id matches nothing. */
export type AnalysisStatsFilter = {
  /** Only analyses that found this catalogue item; the counts are then those of the item. */
  catalogItemId?: string | null | undefined;
  /** Only analyses submitted in this period, which is widened to whole quarters of an hour. Default: from the first analysis until now. */
  createdAt?: DateTimeRange | null | undefined;
  /** Whether analyses of images or of videos are counted. They are never counted together: an hour of video takes longer than an image. */
  mediaType?: MediaType;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
};

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
  /** There are more codes than are listed, because a limit of their number or of the reading time was reached. */
  | 'CODES_INCOMPLETE'
  /** Codes were to be read, but were not. `codes` is null. */
  | 'CODES_NOT_READ'
  /** Part of the image is missing or damaged and was read as grey or in wrong colours. Products there are not found. */
  | 'IMAGE_DAMAGED'
  /** The image deviates from its file format, as files of some cameras do. All of it was read. */
  | 'IMAGE_IRREGULAR'
  /** A planogram counts for the image, but was not compared with it. `compliance` is null. */
  | 'PLANOGRAM_NOT_COMPARED'
  /** Text was to be read, but was not. `texts` is null. */
  | 'TEXT_NOT_READ';

/** A video to analyse, and how. */
export type AnalyzeVideoInput = {
  /** Your own id for the video, at most 255 characters. */
  externalId?: string | null | undefined;
  /** Where the video was recorded. It is stored with the analysis. */
  location?: GeoPointInput | null | undefined;
  /** Time limit in seconds for processing the whole video, at most 86400; 0 or null: no limit. An analysis that exceeds it is FAILED with PROCESSING_TIME_EXCEEDED; the seconds that were analysed stay readable. */
  maxProcessingSeconds?: number | null | undefined;
  /** Your own data, at most 10 keys. Values are strings of at most 500 characters, numbers, booleans or null. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Options that override the task. */
  options?: AnalysisOptionsInput | null | undefined;
  /** Your own id for the place where the video was recorded, at most 255 characters. */
  placeId?: string | null | undefined;
  /** The order in which analyses run. Frames of a video come after images of the same priority, because somebody may be waiting for those. */
  priority?: Priority;
  /** When the video was recorded. If the source is a videoId, the stored video is not changed. */
  recordedAt?: string | null | undefined;
  /** Which frames are analysed. Default: two a second. */
  sampling?: VideoSamplingInput | null | undefined;
  /** Where the video comes from. */
  source: VideoSource;
  /** The task to run on each frame. */
  taskId: string;
  /** Your own id for the visit that the video belongs to, 1 to 255 characters. Images and videos with the same visitId belong together; see Visit. */
  visitId?: string | null | undefined;
};

/** One image to analyse. */
export type BatchImageInput = {
  /** Your own id for the image, at most 255 characters. */
  externalId?: string | null | undefined;
  /** A key of your choice, 1 to 255 characters, unique within the organisation. Within 24 hours, the same key returns the analysis that it created, whatever else is sent. */
  idempotencyKey?: string | null | undefined;
  /** Whether to make the image searchable. It becomes searchable when it is analysed. */
  index?: boolean;
  /** Where the picture was taken. It is stored with the analysis. */
  location?: GeoPointInput | null | undefined;
  /** Your own data, at most 10 keys. Values are strings of at most 500 characters, numbers, booleans or null. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Options that override the task. */
  options?: AnalysisOptionsInput | null | undefined;
  /** Your own id for the place where the picture was taken, at most 255 characters. */
  placeId?: string | null | undefined;
  /** When the picture was taken. Default: the time in its EXIF data. If the source is an imageId, the stored image is not changed. */
  recordedAt?: string | null | undefined;
  /** Where the image comes from. */
  source: ImageSource;
  /** The task to run. Default: the task of the request. */
  taskId?: string | null | undefined;
  /** Your own id for the visit that the image belongs to, 1 to 255 characters. Images and videos with the same visitId belong together; see Visit. */
  visitId?: string | null | undefined;
};

/** What of people is made unrecognisable. Not everybody is found: see "Privacy" in docs/guide/wildlife.md for how many are missed. */
export type BlurPeople =
  /** Everything of people who are found. */
  | 'BODIES'
  /** The heads of people who are found. */
  | 'HEADS'
  /** Nothing. */
  | 'NONE';

/** A rectangle in an image. The part of it that lies outside the image is ignored. */
export type BoxInput = {
  /** Height; greater than 0. */
  height: number;
  /** Unit of the coordinates. */
  unit?: BoxUnit;
  /** Width; greater than 0. */
  width: number;
  /** Left edge, measured from the left edge of the image. */
  x: number;
  /** Top edge, measured from the top edge of the image. */
  y: number;
};

/** The unit of a box's coordinates. */
export type BoxUnit =
  /** Fractions of the image's width and height, 0 to 1, to 0.00001. */
  | 'NORMALIZED'
  /** Pixels of the image after EXIF orientation is applied, to 0.1. */
  | 'PIXEL';

/** The status of an import. */
export type CatalogImportStatus =
  /** The import was cancelled by cancelCatalogImport. Rows that have an outcome keep it. */
  | 'CANCELED'
  /** The import broke off; see failure. Rows that have an outcome keep it. */
  | 'FAILED'
  /** Rows are being imported, or wait for a worker. */
  | 'RUNNING'
  /** Every row has its outcome. Single rows may have FAILED. */
  | 'SUCCEEDED';

/** Filters for catalogue items. An item must match all of them; a filter that is omitted or null is ignored. */
export type CatalogItemFilter = {
  /** Only items with this barcode. Numbers of 8 to 14 digits are compared as GTIN-14, so a UPC-A is also found as the EAN-13 with a zero in front, and the reverse; other barcodes exactly. */
  barcode?: string | null | undefined;
  /** Only items of this brand, regardless of case and of how accents are encoded. */
  brand?: string | null | undefined;
  /** Only items with exactly this customId. */
  customId?: string | null | undefined;
  /** Only these items. */
  ids?: Array<string> | null | undefined;
  /** Only items with this name, regardless of case and of how accents are encoded. */
  name?: string | null | undefined;
  /** Only items with this status. */
  status?: CatalogItemStatus | null | undefined;
  /** Only items with one of these statuses. */
  statuses?: Array<CatalogItemStatus> | null | undefined;
  /** Only items that have this tag, regardless of case and of how accents are encoded. */
  tag?: string | null | undefined;
  /** Only items in which every one of these words occurs in the name, brand, flavour or tags, regardless of case. At most 10 words. */
  text?: string | null | undefined;
};

/** Whether analyses look for a catalogue item. */
export type CatalogItemStatus =
  /** Analyses look for the item. */
  | 'ACTIVE'
  /** Analyses no longer look for the item. */
  | 'ARCHIVED'
  /** Analyses cannot look for the item: its thumbnail is unusable, or the server failed to process it; see failure. To retry, call updateCatalogItem with a thumbnail, which may be the current one. */
  | 'FAILED'
  /** Not yet: its images are being embedded. */
  | 'INDEXING';

/** A product whose box is wrong. */
export type ChangedBoxInput = {
  /** Where the product is. Only the basis CORRECTED shows it there. */
  box: BoxInput;
  /** The detection: Detection.id, on either basis. The id of a correction works, too. */
  detectionId: string;
};

/** The kind of a code. More values may be added. */
export type CodeFormat =
  /** Code 39. */
  | 'CODE_39'
  /** Code 128, also as GS1-128, of parcels and pallets. */
  | 'CODE_128'
  /** GS1 DataBar, of loose food and small things. */
  | 'DATABAR'
  /** GS1 DataBar Expanded, which also has weights, dates and prices. */
  | 'DATABAR_EXPANDED'
  /** GS1 DataBar Limited. */
  | 'DATABAR_LIMITED'
  /** Data Matrix, also as GS1 Data Matrix. */
  | 'DATA_MATRIX'
  /** EAN-8 (GTIN-8), of small packs. */
  | 'EAN_8'
  /** EAN-13 (GTIN-13), the barcode of most packs. */
  | 'EAN_13'
  /** ITF-14 (GTIN-14), of cases. */
  | 'ITF_14'
  /** Micro QR code. */
  | 'MICRO_QR_CODE'
  /** QR code. */
  | 'QR_CODE'
  /** UPC-A (GTIN-12), the barcode of most packs in North America. */
  | 'UPC_A'
  /** UPC-E, a UPC-A without its zeros. */
  | 'UPC_E';

/** Corrections to store. */
export type CorrectDetectionsInput = {
  /** The corrections, 1 to 500, also of several analyses. */
  corrections: Array<CorrectionInput>;
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
};

/** What a person says about one product. */
export type CorrectionInput = {
  /** What it is about. */
  target: CorrectionTarget;
  /** What it says. */
  verdict: CorrectionVerdictInput;
};

/** Whether a correction counts. */
export type CorrectionStatus =
  /** It counts on the basis CORRECTED. */
  | 'APPLIED'
  /** It changes nothing until approveCorrections: the caller who made it does not have the scope TEACH. */
  | 'PROPOSED';

/** What a correction is about. Set exactly one field. */
export type CorrectionTarget =
  {   /** A detection, and where its product really is. */
  changedBox: ChangedBoxInput; detectionId?: never; newBox?: never; }
  |  { changedBox?: never;   /** A detection: Detection.id, on either basis. The id of a correction works, too, and keeps the box that the correction changed. */
  detectionId: string; newBox?: never; }
  |  { changedBox?: never; detectionId?: never;   /** A product that was missed. */
  newBox: NewBoxInput; };

/** What a correction says about its box. */
export type CorrectionVerdict =
  /** It shows `catalogItem`. */
  | 'ITEM'
  /** It shows no product. */
  | 'NOT_A_PRODUCT'
  /** It shows a product that is none of the catalogue items. */
  | 'UNKNOWN';

/** What a correction says. Set exactly one field. */
export type CorrectionVerdictInput =
  {   /** It shows this catalogue item. If that is what was found, the detection is confirmed. */
  catalogItemId: string; newItem?: never; notAProduct?: never; unknown?: never; }
  |  { catalogItemId?: never;   /** It shows a new catalogue item, which is created with what the box shows as its thumbnail. If an item that is not archived has this customId, it is that item instead, unchanged. Session tokens that are limited to tasks or places cannot create items. */
  newItem: NewCatalogItemInput; notAProduct?: never; unknown?: never; }
  |  { catalogItemId?: never; newItem?: never;   /** True: it shows no product. */
  notAProduct: boolean; unknown?: never; }
  |  { catalogItemId?: never; newItem?: never; notAProduct?: never;   /** True: it shows a product that is none of the catalogue items. */
  unknown: boolean; };

/** Which analysis to share, and for how long. */
export type CreateAnalysisLinkInput = {
  /** The analysis to share. It must have SUCCEEDED. */
  analysisId: string;
  /** Seconds until the link expires, 1 to 7776000 (90 days). */
  expiresInSeconds?: number;
};

/** A product to look for. */
export type CreateCatalogItemInput = {
  /** The barcode, for example a GTIN. At most 255 characters. */
  barcode?: string | null | undefined;
  /** The brand. At most 255 characters. */
  brand?: string | null | undefined;
  /** The type of container, for example `can`. At most 255 characters. */
  containerType?: string | null | undefined;
  /** Your own id for the item, unique among items that are not archived. A value that is taken is answered with ConflictError. At most 255 characters. */
  customId?: string | null | undefined;
  /** Your own data, at most 16 KB as JSON. */
  customProps?: Record<string, unknown> | null | undefined;
  /** The size of the product, in metres. */
  dimensions?: DimensionsInput | null | undefined;
  /** The flavour. At most 255 characters. */
  flavour?: string | null | undefined;
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
  /** The name, 1 to 255 characters. */
  name: string;
  /** The size of the package, for example `6-pack`. At most 255 characters. */
  packagingSize?: string | null | undefined;
  /** Further views of the product, at most 50. */
  referenceImages?: Array<ImageSource> | null | undefined;
  /** The size as printed on the product, for example `330 ml`. At most 255 characters. */
  size?: string | null | undefined;
  /** Tags to filter by, at most 50 of 1 to 100 characters each. */
  tags?: Array<string> | null | undefined;
  /** The image by which the item is recognised: the product alone, upright, filling the frame. */
  thumbnail: ImageSource;
  /** The words printed on the product; see CatalogItem.words. At most 50 of 1 to 50 characters each. Null or omitted: those that are read from its images. */
  words?: Array<string> | null | undefined;
};

/** A planogram and what it is attached to: a task, a place, or a task at a place. For an analysis, the planogram of its task at its place counts; if there is none, that of its place; if there is none, that of its task. */
export type CreatePlanogramInput = {
  /** What should stand where. */
  content: PlanogramContentInput;
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
  /** The name, 1 to 255 characters. */
  name: string;
  /** The place whose analyses are judged, at most 255 characters. Default: every place. */
  placeId?: string | null | undefined;
  /** The DETECTION task whose analyses are judged. Default: every task. */
  taskId?: string | null | undefined;
  /** The planogram counts for images taken from this time on: their recordedAt, or the time of submission if they have none. Default: for all images. */
  validFrom?: string | null | undefined;
};

/** What to look for and how. */
export type CreateTaskInput = {
  /** FILTER tasks only: the groups of labels that accept an image, at least one. The pipeline must have labels in these groups; those of `classify` are animal, food, household, other, person and vehicle. */
  acceptGroups?: Array<string> | null | undefined;
  /** When its analyses raise shelf alerts. Default: never. */
  alertRules?: AlertRulesInput | null | undefined;
  /** DETECTION tasks only: the items to look for. Default: every active item of the catalogue, including future ones. */
  catalogItemIds?: Array<string> | null | undefined;
  /** Whether its analyses have a realogram. */
  computeRealogram?: boolean;
  /** Whether its analyses have shares. */
  computeShares?: boolean;
  /** ISO 4217 code of the currency of prices (Analysis.priceTags) that name none, or have a sign that several currencies share, for example EUR. Default: none. */
  currency?: string | null | undefined;
  /** Description for people, at most 5000 characters. */
  description?: string;
  /** Whether its analyses look for empty stretches of shelves; see Analysis.gaps. */
  findGaps?: boolean;
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
  /** Whether corrections of its analyses teach: their crops become pictures of items (see CatalogItem.pictures), and counter-examples. */
  learning?: boolean;
  /** The name, 1 to 255 characters. */
  name: string;
  /** Name of a pipeline, or name@version to stay on one version; see Query.pipelines. Default: `shelf` for DETECTION, `classify` for CLASSIFICATION and FILTER; if that is not installed, the first pipeline that can run the type. */
  pipeline?: string | null | undefined;
  /** What happens to people in its images. Default: nothing. */
  privacy?: TaskPrivacyInput | null | undefined;
  /** DETECTION tasks only: whether barcodes and matrix codes are read (Analysis.codes). A product whose own code is the barcode of an item is named by it. */
  readCodes?: boolean;
  /** Whether its analyses read the text in the image, which takes some seconds more; see Analysis.texts. ValidationError if the type or the pipeline cannot read text; see Pipeline.readsText. */
  readText?: boolean;
  /** Lowest confidence to report, 0 to 1. Default: that of the pipeline. */
  threshold?: number | null | undefined;
  /** How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20. */
  topCandidates?: number;
  /** What the task does with an image. ValidationError if no pipeline of the server can run this type; see Query.pipelines. */
  type?: TaskType;
};

/** A file that you are going to send. */
export type CreateUploadInput = {
  /** Size in bytes. If set, exactly this many bytes must arrive. Required by servers that store uploads directly in S3. */
  byteSize?: number | null | undefined;
  /** The file name, 1 to 255 characters. It is stored with the image and never used as a path. */
  filename: string;
  /** The format: image/jpeg, image/png, image/webp, image/gif, image/avif or image/heic for an image; video/mp4, video/quicktime, video/webm, video/x-matroska or video/x-msvideo for a video. Bytes of another format are rejected. */
  mimeType: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits. If set, the bytes must match it. Required by servers that store uploads directly in S3. */
  sha256?: string | null | undefined;
};

/** A period of time. A bound that is omitted or null is open. */
export type DateTimeRange = {
  /** Start of the period, inclusive. */
  from?: string | null | undefined;
  /** End of the period, exclusive. */
  to?: string | null | undefined;
};

/** The size of a product in metres. Each value is greater than 0 and at most 100. */
export type DimensionsInput = {
  /** Depth in metres. */
  depth?: number | null | undefined;
  /** Height in metres. */
  height?: number | null | undefined;
  /** Width in metres. */
  width?: number | null | undefined;
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

/** Stable codes of expected errors. More values may be added: treat an unknown code as an error that its message describes. */
export type ErrorCode =
  /** The batch has more images than the plan allows. */
  | 'BATCH_TOO_LARGE'
  /** The bytes do not match the announced size or checksum. */
  | 'CHECKSUM_MISMATCH'
  /** The change conflicts with stored data. */
  | 'CONFLICT'
  /** The file has more bytes than the server accepts. */
  | 'FILE_TOO_LARGE'
  /** The idempotency key was used for a different request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The image has more pixels than the server accepts. */
  | 'IMAGE_TOO_LARGE'
  /** The request needs more credits than are left. */
  | 'INSUFFICIENT_CREDITS'
  /** The file is not an image: it is empty, broken or truncated. */
  | 'INVALID_IMAGE'
  /** The file is not a video: it is empty, broken, or has no picture. */
  | 'INVALID_VIDEO'
  /** The object does not exist or belongs to another organisation. */
  | 'NOT_FOUND'
  /** The plan's storage is full. */
  | 'QUOTA_EXCEEDED'
  /** The file's format is not supported. */
  | 'UNSUPPORTED_MEDIA'
  /** The server does not fetch from this URL, or fetches no URLs at all. */
  | 'URL_NOT_ALLOWED'
  /** The input is invalid; `issues` lists the problems. */
  | 'VALIDATION_FAILED'
  /** The video lasts longer than the server or the plan accepts. */
  | 'VIDEO_TOO_LONG';

/** The file format of an export. */
export type ExportFormat =
  /** One COCO object detection document: one image per analysis that SUCCEEDED, one annotation per detection, one category per catalogue item, and the category `unknown`. Of videos, one as for tracking: one image per analysed frame, with `video_id` and `time_seconds`; one annotation per detection, with `track_id`; and the lists `videos`, one entry per analysis, and `tracks`. */
  | 'COCO'
  /** CSV (RFC 4180) with a header. Each detection and each label is a record; an analysis with neither has one record. Of videos, each track and each analysed second is a record, which `record` tells apart. Text that a spreadsheet would run as a formula is prefixed with an apostrophe. */
  | 'CSV'
  /** JSON Lines: one line per analysis in any status, with its detections. Of videos, one line per analysis, per track and per analysed frame, which `record` tells apart. */
  | 'JSONL';

/** Which analyses to export and in which format. */
export type ExportInput = {
  /** Whether the file has what was found or what it is with corrections. Results of videos cannot be corrected. */
  basis?: ResultBasis;
  /** CSV only: true begins the file with a byte order mark (U+FEFF), so that Excel reads it as UTF-8. */
  byteOrderMark?: boolean;
  /** Which analyses to export; `{}` exports all of the media type. batchId, imageId and minConfidence are for images only. */
  filter: AnalysisFilter;
  /** The file format. */
  format: ExportFormat;
  /** Whether to export analyses of images or of videos. */
  mediaType?: MediaType;
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

/** A position on Earth (WGS 84). */
export type GeoPointInput = {
  /** Latitude in degrees, from -90 (south) to 90 (north). */
  latitude: number;
  /** Longitude in degrees, from -180 (west) to 180 (east). */
  longitude: number;
};

/** What to search for. Set exactly one field. */
export type ImageSearchInput =
  {   /** Finds images in which an analysis found this catalogue item, highest confidence first, among the newest 5,000 analyses that found it. */
  catalogItemId: string; imageId?: never; text?: never; uploadId?: never; }
  |  { catalogItemId?: never;   /** Finds images that look like this one, at most the 500 nearest. The image itself is not among the results and does not have to be searchable. */
  imageId: string; text?: never; uploadId?: never; }
  |  { catalogItemId?: never; imageId?: never;   /** Finds images that have every one of these words in their file name, in the values of their metadata, in the current name of an item found in them, or in text read from them (see Analysis.texts). Words match as a whole, regardless of case; at most 10. If more than 500 images have the rarest of the words, those that have all words in one place are looked at first, for example in one name, then the newest, until 500 are found or 5,000 have been looked at. */
  text: string; uploadId?: never; }
  |  { catalogItemId?: never; imageId?: never; text?: never;   /** Finds images that look like this upload. The upload does not have to be used as an image. */
  uploadId: string; };

/** Where an image comes from. Its format is JPEG, PNG, WebP, GIF, AVIF or HEIC. The first frame of an animation is used. Set exactly one field. */
export type ImageSource =
  {   /** The bytes as base64, without a `data:` prefix. Size limits apply to the decoded bytes. */
  base64: string; imageId?: never; upload?: never; uploadId?: never; url?: never; }
  |  { base64?: never;   /** An image that already exists, even if its bytes have not arrived yet. */
  imageId: string; upload?: never; uploadId?: never; url?: never; }
  |  { base64?: never; imageId?: never;   /** A file of this multipart request. */
  upload: File; uploadId?: never; url?: never; }
  |  { base64?: never; imageId?: never; upload?: never;   /** An upload from createUploads. Its bytes may arrive later: until then, whatever uses it is AWAITING_UPLOAD. It becomes FAILED if the bytes cannot be used, and EXPIRED if they never arrive. All uses of one upload share one image. */
  uploadId: string; url?: never; }
  |  { base64?: never; imageId?: never; upload?: never; uploadId?: never;   /** A public http or https URL of at most 2048 characters, without user, password or port. The server fetches it after it has responded; until then the image is FETCHING. The URL must return status 200 and the file within 20 seconds, after at most three redirects; otherwise the image is FAILED with DOWNLOAD_FAILED or URL_NOT_ALLOWED. If the server is not configured to fetch URLs, the error is URL_NOT_ALLOWED. */
  url: string; };

/** Whether the bytes of an image have arrived. */
export type ImageStatus =
  /** The bytes of the upload have not arrived yet. */
  | 'AWAITING_UPLOAD'
  /** The bytes did not arrive or cannot be used; see failure. */
  | 'FAILED'
  /** The server is fetching the bytes from their URL, or cutting them out of another image for a new catalogue item. */
  | 'FETCHING'
  /** The bytes are stored. */
  | 'READY';

/** A table of products with their images. */
export type ImportCatalogInput = {
  /** True: only says what would become of each row. Nothing is stored or changed. */
  dryRun?: boolean;
  /** A CSV file (UTF-8; comma, semicolon or tab) with a header, at most 2,000,000 bytes and 5,000 rows. Columns: customId, name, barcode, brand, size, containerType, flavour, packagingSize, height, width, depth, tags, image, referenceImages, and customProps.KEY for data of your own. Only customId is required; a new item also needs name and image. An empty cell leaves the value of an existing item as it is. `image` has the name of a file in images, the id of an image or upload, or a URL. tags and referenceImages have several entries separated by `|`. Lengths are in metres. */
  file: File;
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
  /** The files that the rows name, at most 499. Default: none. */
  images?: Array<File> | null | undefined;
};

/** Whether searchImages can find an image. */
export type IndexingStatus =
  /** The image could not be made searchable; see failure. */
  | 'FAILED'
  /** The image is searchable. */
  | 'INDEXED'
  /** The image is about to become searchable. */
  | 'INDEXING'
  /** The image is not searchable: it was stored with `index: false`, or its bytes cannot be used. */
  | 'NOT_INDEXED';

/** What an item should cost. */
export type ItemPriceInput = {
  /** The item. */
  catalogItemId: string;
  /** The price that tags should say. */
  price: MoneyInput;
};

/** How the catalogue item of a detection was determined. */
export type MatchMethod =
  /** By the similarity of embeddings alone. */
  | 'APPEARANCE'
  /** By a code on the product that equals the barcode of the item; see Analysis.codes. */
  | 'BARCODE'
  /** By a person, with correctDetections. Only on the basis CORRECTED. */
  | 'CORRECTION'
  /** By its neighbours: it took the item that most of them have. */
  | 'NEIGHBOR'
  /** By local features that agree in position and colour. */
  | 'VERIFIED';

/** What a unit price counts. More values may be added. */
export type MeasureUnit =
  /** Fluid ounces. */
  | 'FLUID_OUNCE'
  /** Grams. */
  | 'GRAM'
  /** Kilograms. */
  | 'KILOGRAM'
  /** Litres. */
  | 'LITRE'
  /** Metres. */
  | 'METRE'
  /** Millilitres. */
  | 'MILLILITRE'
  /** Ounces. */
  | 'OUNCE'
  /** Pieces, sheets, washes and the like. */
  | 'PIECE'
  /** Pounds (lb). */
  | 'POUND';

/** A type of media. More values may be added. */
export type MediaType =
  /** A still image. */
  | 'IMAGE'
  /** A video. */
  | 'VIDEO';

/** A pair that the metadata must have. */
export type MetadataMatch = {
  /** The exact key. */
  key: string;
  /** The exact value. `12` and `true` also match a number and a boolean. */
  value: string;
};

/** An amount of money. */
export type MoneyInput = {
  /** The amount as a decimal number with a point before the decimals: 1.99, 5, 1299.00. */
  amount: string;
  /** ISO 4217 code, for example EUR. Default: any currency. */
  currency?: string | null | undefined;
};

/** A product that was missed. */
export type NewBoxInput = {
  /** The analysis that missed it. */
  analysisId: string;
  /** Where the product is. A box that overlaps that of a detection by at least half (intersection over union) is about that detection. */
  box: BoxInput;
};

/** A product that is not in the catalogue yet. */
export type NewCatalogItemInput = {
  /** The barcode, for example a GTIN. At most 255 characters. */
  barcode?: string | null | undefined;
  /** The brand. At most 255 characters. */
  brand?: string | null | undefined;
  /** The type of container, for example `can`. At most 255 characters. */
  containerType?: string | null | undefined;
  /** Your own id for the item, unique among items that are not archived. A value that is taken is answered with ConflictError. At most 255 characters. */
  customId?: string | null | undefined;
  /** Your own data, at most 16 KB as JSON. */
  customProps?: Record<string, unknown> | null | undefined;
  /** The size of the product, in metres. */
  dimensions?: DimensionsInput | null | undefined;
  /** The flavour. At most 255 characters. */
  flavour?: string | null | undefined;
  /** The name, 1 to 255 characters. */
  name: string;
  /** The size of the package, for example `6-pack`. At most 255 characters. */
  packagingSize?: string | null | undefined;
  /** The size as printed on the product, for example `330 ml`. At most 255 characters. */
  size?: string | null | undefined;
  /** Tags to filter by, at most 50 of 1 to 100 characters each. */
  tags?: Array<string> | null | undefined;
  /** The words printed on the product; see CatalogItem.words. At most 50 of 1 to 50 characters each. Null or omitted: those that are read from its images. */
  words?: Array<string> | null | undefined;
};

/** The direction of a list. */
export type OrderDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Largest or newest first. */
  | 'DESC';

/** The side of a product that faces the customer. It is not checked in images. */
export type Orientation =
  /** The back. */
  | 'BACK'
  /** The bottom: the product lies. */
  | 'BOTTOM'
  /** The front. */
  | 'FRONT'
  /** The left side, so that a facing is as wide as the product is deep. */
  | 'LEFT_SIDE'
  /** The right side, so that a facing is as wide as the product is deep. */
  | 'RIGHT_SIDE'
  /** The top: the product lies. */
  | 'TOP';

/** Filters for places; a filter that is omitted or null is ignored. */
export type PlaceFilter = {
  /** Only places with a shelf alert that is RAISED, or only those without one. */
  hasRaisedAlerts?: boolean | null | undefined;
  /** Only these places, by their `placeId`. */
  ids?: Array<string> | null | undefined;
  /** Only places whose id contains this text, in upper or lower case. */
  text?: string | null | undefined;
};

/** Filters for what was photographed at a place; a filter that is omitted or null is ignored. */
export type PlaceTimelineFilter = {
  /** Only pictures taken in this period: by their recordedAt, or the time of submission if they have none. */
  takenAt?: DateTimeRange | null | undefined;
  /** Only pictures that this task analysed. */
  taskId?: string | null | undefined;
  /** Only pictures of visits with one of these ids of your own. */
  visitIds?: Array<string> | null | undefined;
};

/** A catalogue item. Set exactly one field. */
export type PlannedItemInput =
  {   /** The id of the item. */
  catalogItemId: string; customId?: never; }
  |  { catalogItemId?: never;   /** Your own id for the item. */
  customId: string; };

/** What a planogram says: at most 50 shelves and 5,000 products. Set exactly one field. */
export type PlanogramContentInput =
  {   /** An analysis that SUCCEEDED and whose image shows the shelves as they should be. Products without a catalogue item are left out. */
  analysisId: string; csv?: never; shelves?: never; }
  |  { analysisId?: never;   /** A CSV file (UTF-8; comma, semicolon or tab) with a header and a row for each position, at most 500,000 bytes. Columns: shelf, position, customId, catalogItemId, facings, stack, orientation, width, shelfHeight, shelfWidth. `shelf` counts from the top, from 1. Each row names its item by customId or catalogItemId; the other columns may be absent or empty. Without `position`, the order of the rows counts. Lengths are in metres. */
  csv: File; shelves?: never; }
  |  { analysisId?: never; csv?: never;   /** The shelves from top to bottom. */
  shelves: Array<PlanogramShelfInput>; };

/** Filters for planograms. A planogram must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing. */
export type PlanogramFilter = {
  /** Only these planograms. */
  ids?: Array<string> | null | undefined;
  /** Only planograms that are attached to this place. */
  placeId?: string | null | undefined;
  /** Only planograms that are attached to this task. */
  taskId?: string | null | undefined;
};

/** Facings of one item beside each other. */
export type PlanogramPositionInput = {
  /** Number of facings beside each other, from 1. */
  facings?: number;
  /** The item that should stand here. */
  item: PlannedItemInput;
  /** The side that faces the customer. */
  orientation?: Orientation;
  /** Number of products on top of each other in every facing, 1 to 20. */
  stack?: number;
  /** Width of one facing in metres, at most 100. Default: that of the item, if it has dimensions. */
  width?: number | null | undefined;
};

/** A shelf, with at most 500 products. */
export type PlanogramShelfInput = {
  /** Height in metres, from this shelf to the one above, at most 100. With the heights of all shelves, it is better known which of them an image shows. */
  height?: number | null | undefined;
  /** The positions from left to right. Empty: the shelf is empty. */
  positions: Array<PlanogramPositionInput>;
  /** Width in metres, at most 100. */
  width?: number | null | undefined;
};

/** How a planned position looks in an image. More values may be added: treat an unknown value as a difference from the plan. */
export type PositionStatus =
  /** The item stands in its place with the planned number of facings, or with as many as the image shows. */
  | 'FOUND'
  /** The item stands on another shelf. */
  | 'MISPLACED'
  /** The place is empty or taken up by its neighbours, and the image shows the item nowhere. */
  | 'MISSING'
  /** The image does not show the place, as far as the products that were recognised tell. It says nothing for or against the shelf. */
  | 'NOT_SEEN'
  /** The item stands on the right shelf, but not between the right neighbours. Of two neighbours that have changed places, one is out of order. */
  | 'OUT_OF_ORDER'
  /** The item stands in its place with fewer facings than planned. */
  | 'TOO_FEW_FACINGS'
  /** The item stands in its place with more facings than planned. */
  | 'TOO_MANY_FACINGS'
  /** A product stands in the place that was not named. It says nothing for or against the shelf. */
  | 'UNIDENTIFIED'
  /** Another item stands in the place, and the image shows the planned one nowhere. */
  | 'WRONG_ITEM';

/** The order in which analyses run. Within one priority, organisations take turns. */
export type Priority =
  /** Runs after everything else. */
  | 'BULK'
  /** Runs first: a person is waiting for the result. */
  | 'INTERACTIVE'
  /** Runs after INTERACTIVE and before BULK. */
  | 'NORMAL';

/** Which form of a result is meant. */
export type ResultBasis =
  /** What the analysis found, with all APPLIED corrections of the image, also those of its other runs. */
  | 'CORRECTED'
  /** What the analysis found. It never changes. */
  | 'FOUND';

/** How many days data is kept: 1 to 36500, for events 1 to 7. A field that is omitted stays unchanged. Null keeps images and analyses until they are deleted and events as long as the server keeps them, and lets what corrections taught go with the pictures. */
export type RetentionInput = {
  /** Days that analyses are kept. The period begins when an analysis is submitted. Analyses that have ended are deleted with their results and their membership in batches; the counters of the batches stay. The same days apply to analyses of videos. */
  analysisDays?: number | null | undefined;
  /** Days that events are kept. The events of a day (UTC) are deleted together, once all of them are older than that. A subscription that resumes from an earlier cursor receives StreamResync with CURSOR_EXPIRED. */
  eventDays?: number | null | undefined;
  /** Days that the files of future exports are kept. It cannot be null. */
  exportDays?: number | null | undefined;
  /** Days that images of the library are kept. The period begins when an image is stored. Images are deleted with their bytes, renditions and embeddings; analyses keep their results. Images of catalogue items are kept, and so are images that an analysis still waits for. The same days apply to videos, which are deleted with their pictures. */
  imageDays?: number | null | undefined;
  /** Days that crops stay that corrections taught, when what they were cut from is deleted. What corrections teach is cut out of pictures. It is deleted with the correction, which is deleted with its analysis or picture. If days are set, it stays until it is that old. */
  referenceDays?: number | null | undefined;
};

/** What an API key allows. Each scope includes those before it: READ, WRITE, TEACH, ADMIN. ORIGINALS stands beside them: of these, only ADMIN includes it. */
export type Scope =
  /** API keys, retention and details of engines. */
  | 'ADMIN'
  /** The original bytes of images in which a task hides people (Task.privacy), or whose EXIF data has a position (GPS) or a serial number. Without it, Image.url leads to a rendition without them. */
  | 'ORIGINALS'
  /** Queries and subscriptions. */
  | 'READ'
  /** Corrections that count at once, and approveCorrections. Without it, correctDetections only proposes corrections. */
  | 'TEACH'
  /** Mutations. */
  | 'WRITE';

/** Filters for a stream of shelf alerts. An event must match all of them; an empty filter matches every alert. */
export type ShelfAlertEventFilter = {
  /** Only alerts of one of these kinds. */
  kinds?: Array<ShelfAlertKind> | null | undefined;
  /** Only alerts of this place. */
  placeId?: string | null | undefined;
  /** Only alerts of this task. */
  taskId?: string | null | undefined;
};

/** Filters for shelf alerts. An alert must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing. */
export type ShelfAlertFilter = {
  /** Only alerts about this catalogue item. */
  catalogItemId?: string | null | undefined;
  /** Only these alerts. */
  ids?: Array<string> | null | undefined;
  /** Only alerts that have been acknowledged, or only those that have not. */
  isAcknowledged?: boolean | null | undefined;
  /** Only alerts of one of these kinds. */
  kinds?: Array<ShelfAlertKind> | null | undefined;
  /** Only alerts of this place. */
  placeId?: string | null | undefined;
  /** Only alerts with one of these statuses. */
  statuses?: Array<ShelfAlertStatus> | null | undefined;
  /** Only alerts of this task. */
  taskId?: string | null | undefined;
};

/** What an alert is about. More values may be added. */
export type ShelfAlertKind =
  /** The score of the compliance is below AlertRules.complianceBelow. */
  | 'COMPLIANCE_BELOW'
  /** The part of the shelves that is empty is above AlertRules.gapShareAbove. */
  | 'GAP_SHARE_ABOVE'
  /** An item of the planogram stands nowhere, and a place of it was seen without it. */
  | 'ITEM_MISSING'
  /** A price tag of an item says another price than AlertRules.pricesDifferFrom. */
  | 'PRICE_DIFFERS';

/** Whether an alert holds. */
export type ShelfAlertStatus =
  /** A later image or visit shows that it is over, or the task has no such rule any more. */
  | 'CLEARED'
  /** It was seen, and nothing has been seen since that clears it. */
  | 'RAISED';

/** Images to analyse together. */
export type SubmitBatchInput = {
  /** A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key. */
  idempotencyKey?: string | null | undefined;
  /** The images: at least 1, at most maxBatchSize of the plan. */
  images: Array<BatchImageInput>;
  /** Time limit per image in seconds, measured from when an engine takes it. At most 86400; 0 or null: no limit. An analysis that exceeds it is FAILED with PROCESSING_TIME_EXCEEDED. If only an optional step is left, such as reading text, it SUCCEEDED without that, with a warning. */
  maxProcessingSeconds?: number | null | undefined;
  /** The order in which the analyses run. */
  priority?: Priority;
  /** The task to run for every image that names none of its own. */
  taskId?: string | null | undefined;
};

/** What happens to people in the images of a task. */
export type TaskPrivacyInput = {
  /** What of people is unrecognisable in every picture that is made from an image or video: renditions, crops, annotated pictures, frames, and what corrections teach. It applies to an image or video from its first analysis by the task on, for all tasks and API keys, and is not undone. */
  blurPeople?: BlurPeople;
  /** Whether Image.exif returns where an image was taken (GPS), from its first analysis by the task on, to all who may read it. This is not undone. */
  exifPosition?: boolean;
  /** Whether the original is kept. It is served only with the scope ORIGINALS; without it, Image.url leads to the picture with people hidden. False, with blurPeople: when no analysis of an image is open any more, the picture with people hidden, a JPEG of full width, takes the place of the original, for good and for all images with the same bytes. Image.sha256, byteSize and mimeType are then those of that picture, and whatever needs the image later works from it: reruns, crops, exports. Such a task takes no videos (ValidationError), because no version of a video with people hidden is made: delete a video with deleteVideos when its analysis has ended. */
  keepOriginal?: boolean;
};

/** What a task does with an image. */
export type TaskType =
  /** Labels the image as a whole. */
  | 'CLASSIFICATION'
  /** Finds products and matches them with the task's catalogue items; or, with a pipeline that finds them, people, animals and vehicles. */
  | 'DETECTION'
  /** Accepts or rejects the image by groups of labels. */
  | 'FILTER';

/** Changes to a catalogue item. A field that is omitted stays unchanged; a field that is null is cleared. */
export type UpdateCatalogItemInput = {
  /** Reference images to add. An item has at most 50. */
  addReferenceImages?: Array<ImageSource> | null | undefined;
  /** The barcode, for example a GTIN. At most 255 characters. */
  barcode?: string | null | undefined;
  /** The brand. At most 255 characters. */
  brand?: string | null | undefined;
  /** The type of container, for example `can`. At most 255 characters. */
  containerType?: string | null | undefined;
  /** Your own id for the item, unique among items that are not archived. A value that is taken is answered with ConflictError. At most 255 characters. */
  customId?: string | null | undefined;
  /** Replaces all of your own data. At most 16 KB as JSON. */
  customProps?: Record<string, unknown> | null | undefined;
  /** The size of the product, in metres. A dimension that is omitted stays unchanged. */
  dimensions?: DimensionsInput | null | undefined;
  /** The flavour. At most 255 characters. */
  flavour?: string | null | undefined;
  /** The item to change. */
  id: string;
  /** The name, 1 to 255 characters. It cannot be cleared. */
  name?: string | null | undefined;
  /** The size of the package, for example `6-pack`. At most 255 characters. */
  packagingSize?: string | null | undefined;
  /** Ids of reference images to remove, also of those that corrections taught. */
  removeReferenceImages?: Array<string> | null | undefined;
  /** The size as printed on the product, for example `330 ml`. At most 255 characters. */
  size?: string | null | undefined;
  /** Replaces all tags. At most 50 of 1 to 100 characters each. */
  tags?: Array<string> | null | undefined;
  /** Replaces the thumbnail. It cannot be cleared. */
  thumbnail?: ImageSource | null | undefined;
  /** Replaces all words. The words printed on the product; see CatalogItem.words. At most 50 of 1 to 50 characters each. Null: those that are read from its images, as before any were given. */
  words?: Array<string> | null | undefined;
};

/** Changes to an image. A field that is omitted stays unchanged; a field that is null is cleared. */
export type UpdateImageInput = {
  /** Your own id for the image, at most 255 characters. */
  externalId?: string | null | undefined;
  /** The image to change. */
  id: string;
  /** True makes an image searchable that was stored with `index: false`, or that failed to become so for a reason that may have passed. It cannot be undone: an image stays searchable until it is deleted. False and null are a ValidationError. */
  index?: boolean | null | undefined;
  /** Replaces all of your own data, at most 10 keys. Values are strings of at most 500 characters, numbers, booleans or null. */
  metadata?: Record<string, unknown> | null | undefined;
  /** Your own id for the place where the picture was taken, at most 255 characters. */
  placeId?: string | null | undefined;
  /** When the picture was taken. If it is null when the bytes arrive, the time in their EXIF data is used; a time that is cleared later stays null. */
  recordedAt?: string | null | undefined;
};

/** Changes to a planogram. A field that is omitted stays unchanged; a field that is null is cleared, if it can be. */
export type UpdatePlanogramInput = {
  /** What should stand where; makes a new version. */
  content?: PlanogramContentInput | null | undefined;
  /** The planogram to change. */
  id: string;
  /** The name, 1 to 255 characters. It cannot be cleared. */
  name?: string | null | undefined;
  /** The place whose analyses are judged, at most 255 characters. Null: every place of the task. */
  placeId?: string | null | undefined;
  /** The DETECTION task whose analyses are judged. Null: every task at the place. */
  taskId?: string | null | undefined;
  /** The new version counts for images taken from this time on. Default: from now on. */
  validFrom?: string | null | undefined;
};

/** Changes to a task. A field that is omitted stays unchanged; a field that is null is cleared. */
export type UpdateTaskInput = {
  /** FILTER tasks only: the groups of labels that accept an image in future analyses, at least one. */
  acceptGroups?: Array<string> | null | undefined;
  /** Items to add to the task's list. Not for a task that looks for all items. */
  addCatalogItemIds?: Array<string> | null | undefined;
  /** When future analyses raise shelf alerts; replaces all rules. Null means never. */
  alertRules?: AlertRulesInput | null | undefined;
  /** Whether future analyses have a realogram. Null means false. */
  computeRealogram?: boolean | null | undefined;
  /** Whether future analyses have shares. Null means false. */
  computeShares?: boolean | null | undefined;
  /** ISO 4217 code of the currency of prices (Analysis.priceTags) that name none, or have a sign that several currencies share, for example EUR. Null means none. */
  currency?: string | null | undefined;
  /** Description for people, at most 5000 characters. */
  description?: string | null | undefined;
  /** Whether future analyses look for empty stretches of shelves. Null means false. */
  findGaps?: boolean | null | undefined;
  /** The task to change. */
  id: string;
  /** Whether corrections of its analyses that are made from now on teach. Null means false. */
  learning?: boolean | null | undefined;
  /** The name, 1 to 255 characters. It cannot be cleared. */
  name?: string | null | undefined;
  /** Name of a pipeline, or name@version to stay on one version; see Query.pipelines. Null means the default of createTask. */
  pipeline?: string | null | undefined;
  /** What happens to people in the images of future analyses; replaces all of it. Null means nothing. What is hidden in an image stays hidden. */
  privacy?: TaskPrivacyInput | null | undefined;
  /** DETECTION tasks only, in future analyses: whether barcodes and matrix codes are read (Analysis.codes). A product whose own code is the barcode of an item is named by it. Null means false. */
  readCodes?: boolean | null | undefined;
  /** Whether future analyses read the text in the image. Null means false. */
  readText?: boolean | null | undefined;
  /** Items to remove from the task's list. */
  removeCatalogItemIds?: Array<string> | null | undefined;
  /** Lowest confidence to report, 0 to 1. Null means that of the pipeline. */
  threshold?: number | null | undefined;
  /** How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20. Null means 1. */
  topCandidates?: number | null | undefined;
};

/** Filters for video analyses. An analysis must match all of them; one that is omitted or null is ignored. */
export type VideoAnalysisFilter = {
  /** Only those submitted in this period. */
  createdAt?: DateTimeRange | null | undefined;
  /** Only those with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only these video analyses. */
  ids?: Array<string> | null | undefined;
  /** Only those with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Only those with one of these statuses. */
  status?: Array<AnalysisStatus> | null | undefined;
  /** Only those of this task. */
  taskId?: string | null | undefined;
  /** Only those of this video. */
  videoId?: string | null | undefined;
  /** Only those with exactly this visitId. */
  visitId?: string | null | undefined;
};

/** Filters for a stream of video analyses. An event must match all of them; an empty filter matches every video analysis of the organisation. */
export type VideoEventFilter = {
  /** Only analyses with exactly this externalId. */
  externalId?: string | null | undefined;
  /** Only these video analyses, 1 to 500. The stream completes when all of them have ended. */
  ids?: Array<string> | null | undefined;
  /** Only analyses with exactly this placeId. */
  placeId?: string | null | undefined;
  /** Whether only changes of status are delivered, and neither seconds nor tracks. */
  statusOnly?: boolean;
  /** Only analyses of this task. */
  taskId?: string | null | undefined;
  /** Only analyses of this video. */
  videoId?: string | null | undefined;
  /** Only analyses with exactly this visitId. */
  visitId?: string | null | undefined;
};

/** Which frames of a video are analysed. */
export type VideoSamplingInput = {
  /** Frames a second of video, 1/360 to 120: the first of each interval of 1 / framesPerSecond seconds. A video with fewer frames has no more. */
  framesPerSecond?: number;
  /** Whether only frames are analysed that can be decoded without others. It is much faster, but the encoder decides where they are, often every 2 to 10 seconds. */
  keyFramesOnly?: boolean;
  /** The analysis ends after this many frames, at least 1. Default: no limit. */
  maxFrames?: number | null | undefined;
};

/** Where a video comes from. Its format is MP4, QuickTime, WebM, Matroska or AVI. Set exactly one field. */
export type VideoSource =
  {   /** A file of this multipart request. */
  upload: File; uploadId?: never; url?: never; videoId?: never; }
  |  { upload?: never;   /** An upload from createUploads for a video. Its bytes may arrive later: until then, whatever uses it is AWAITING_UPLOAD. All uses of one upload share one video. */
  uploadId: string; url?: never; videoId?: never; }
  |  { upload?: never; uploadId?: never;   /** A public http or https URL of at most 2048 characters, without user, password or port. The server fetches it after it has responded; until then the video is FETCHING. The URL must return status 200 and the file within 10 minutes, after at most three redirects; otherwise the video is FAILED with DOWNLOAD_FAILED or URL_NOT_ALLOWED. If the server is not configured to fetch URLs, the error is URL_NOT_ALLOWED. */
  url: string; videoId?: never; }
  |  { upload?: never; uploadId?: never; url?: never;   /** A video that already exists, even if its bytes have not arrived yet. */
  videoId: string; };

/** Whether a video can be analysed. More values may be added: treat an unknown one as not READY. */
export type VideoStatus =
  /** The bytes of the upload have not arrived yet. */
  | 'AWAITING_UPLOAD'
  /** The bytes did not arrive or are no usable video; see failure. */
  | 'FAILED'
  /** The server is fetching the bytes from their URL. */
  | 'FETCHING'
  /** The bytes are stored. A worker is about to read what their header says. */
  | 'PROBING'
  /** The header was read. Analyses of the video can run. */
  | 'READY';

/** Whether images and videos may follow. */
export type VisitStatus =
  /** All analyses have ended, and no image or video follows. Another image or video opens the visit again. */
  | 'CLOSED'
  /** No image or video follows, and some analyses have not ended. */
  | 'CLOSING'
  /** Images and videos may follow. */
  | 'OPEN';
