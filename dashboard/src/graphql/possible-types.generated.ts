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
    "SessionToken",
    "Task",
    "UploadTarget"
  ],
  "StreamEvent": [
    "AnalysisStatusChanged",
    "BatchProgressed",
    "CatalogImportProgressed",
    "CatalogItemChanged",
    "ExportChanged",
    "ImageChanged",
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
