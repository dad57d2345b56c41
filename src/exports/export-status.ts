export type ExportStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'EXPIRED';
export type ExportFormat = 'COCO' | 'CSV' | 'JSONL';
/** Whose analyses an export contains: those of images or of videos. */
export type MediaType = 'IMAGE' | 'VIDEO';

/** Whether it has ended; only its file will still be removed in time. */
export function isExportSettled(status: string | null | undefined): boolean {
  return status != null && status !== 'RUNNING';
}
