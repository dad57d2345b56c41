/**
 * The types that implement each interface: without them the cache drops what `... on UserError` selects. Every object has a
 * `__typename`, and those with an `id` are identified by both, so the cache needs no further rules.
 */
export const possibleTypes = {
  Node: [
    'Analysis',
    'ApiKey',
    'Batch',
    'CatalogImport',
    'CatalogItem',
    'Correction',
    'Export',
    'Image',
    'Organization',
    'Planogram',
    'SessionToken',
    'ShelfAlert',
    'Task',
    'UploadTarget',
    'Video',
    'VideoAnalysis',
    'Visit',
  ],
  UserError: [
    'BatchTooLargeError',
    'ConflictError',
    'IdempotencyConflictError',
    'InsufficientCreditsError',
    'MediaError',
    'NotFoundError',
    'QuotaExceededError',
    'ValidationError',
  ],
  StreamEvent: [
    'AnalysisStatusChanged',
    'BatchProgressed',
    'CatalogImportProgressed',
    'CatalogItemChanged',
    'CorrectionChanged',
    'ExportChanged',
    'ImageChanged',
    'ShelfAlertChanged',
    'StreamResync',
    'VideoAnalysisStatusChanged',
    'VideoSecondAnalyzed',
    'VideoTrackEnded',
  ],
};
