import type { Resources } from '../resources.ts';
import type { Failure } from '../shared/failure.ts';
import type { UploadKey } from '../storage/blob-store.ts';
import { failUpload, receiveUpload } from './receive-upload.ts';
import { awaitMinutes, type UploadRow } from './upload-row.ts';
import { findUploads } from './uploads.repository.ts';

const longestPauseSeconds = 30;

/**
 * Checks whether the bytes of an upload have arrived in the store. If so, they are processed as if an api had received them; bytes
 * that arrive too late, or again, are removed.
 * @returns after how many seconds to check again; null: not again.
 * @throws StoreUnavailableError
 */
export async function lookForUpload(
  app: Pick<Resources, 'db' | 'blobs' | 'config' | 'hints'>,
  key: UploadKey,
): Promise<number | null> {
  const { directUploads } = app.blobs;
  // The operator no longer uses a bucket.
  if (directUploads === null) return null;
  const [upload] = await findUploads(app.db, key.organizationId, [key.uploadId]);
  if (upload?.status === 'AWAITING_UPLOAD') {
    const arrived = await directUploads.find(key);
    if (arrived === null) return pauseSeconds(upload);
    // Its `stage` is that of the store, for bytes that have already been sent.
    const reception = await receiveUpload({ ...app, blobs: arrived }, upload, arrived.bytes);
    if (reception.kind === 'over quota') await failUpload(app, upload, overQuota(reception.message));
  }
  // After the commit: if the worker dies before this, the bytes are found again.
  await directUploads.remove(key);
  return null;
}

/** A quarter of the time waited so far: often at first, rarely for bytes that do not arrive. */
function pauseSeconds({ expires_at }: UploadRow): number {
  const awaitedSeconds = awaitMinutes * 60 - (expires_at.getTime() - Date.now()) / 1000;
  return Math.min(longestPauseSeconds, Math.max(1, awaitedSeconds / 4));
}

/** The client has left, so it cannot be told to send the bytes again when there is room. */
function overQuota(message: string): Failure {
  return { code: 'DOWNLOAD_FAILED', message, retryable: true };
}
