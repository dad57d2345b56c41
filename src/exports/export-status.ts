export type ExportStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'EXPIRED';
export type ExportFormat = 'COCO' | 'CSV' | 'JSONL';

/** Whether it has ended; only its file will still be removed in time. */
export function isExportSettled(status: string | null | undefined): boolean {
  return status != null && status !== 'RUNNING';
}
