export type ExportStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'EXPIRED';
export type ExportFormat = 'COCO' | 'CSV' | 'JSONL';

/** Whether nothing more happens to it by itself, but that its file is removed in time. */
export function isExportSettled(status: string | null | undefined): boolean {
  return status != null && status !== 'RUNNING';
}
