/** The types that implement each interface. */
export const possibleTypes: Record<string, string[]> = {
  "Node": [
    "Analysis",
    "ApiKey",
    "Batch",
    "CatalogImport",
    "CatalogItem",
    "Export",
    "Image",
    "Organization",
    "Planogram",
    "SessionToken",
    "ShelfAlert",
    "Task",
    "UploadTarget",
    "Visit"
  ],
  "StreamEvent": [
    "AnalysisStatusChanged",
    "BatchProgressed",
    "CatalogImportProgressed",
    "CatalogItemChanged",
    "ExportChanged",
    "ImageChanged",
    "ShelfAlertChanged",
    "StreamResync"
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
