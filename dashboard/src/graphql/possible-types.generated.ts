/** The types that implement each interface. */
export const possibleTypes: Record<string, string[]> = {
  "Node": [
    "Analysis",
    "ApiKey",
    "Batch",
    "CatalogImport",
    "CatalogItem",
    "Correction",
    "Export",
    "Image",
    "Organization",
    "Planogram",
    "SessionToken",
    "ShelfAlert",
    "Task",
    "UploadTarget",
    "Video",
    "VideoAnalysis",
    "Visit"
  ],
  "StreamEvent": [
    "AnalysisStatusChanged",
    "BatchProgressed",
    "CatalogImportProgressed",
    "CatalogItemChanged",
    "CorrectionChanged",
    "ExportChanged",
    "ImageChanged",
    "ShelfAlertChanged",
    "StreamResync",
    "VideoAnalysisStatusChanged",
    "VideoSecondAnalyzed",
    "VideoTrackEnded",
    "VisitChanged"
  ],
  "UserError": [
    "BatchTooLargeError",
    "ConflictError",
    "IdempotencyConflictError",
    "InsufficientCreditsError",
    "MediaError",
    "NotFoundError",
    "QuotaExceededError",
    "ValidationError"
  ]
};
