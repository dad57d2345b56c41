import type { Resources } from '../resources.ts';
import type { Failure } from '../shared/failure.ts';
import type { UploadKey } from '../storage/blob-store.ts';
import { failUpload, receiveUpload } from './receive-upload.ts';
import { awaitMinutes, type UploadRow } from './upload-row.ts';
import { findUploads } from './uploads.repository.ts';

const longestPauseSeconds = 30;

/**
 * Looks whether the bytes of an upload have come to the store itself. Those that have are taken in as if they came through an
 * api; those that come too late, or again, are removed.
 * @returns after how many seconds another look is worth it; null: it is over.
 * @throws StoreUnavailableError
 */
export async function lookForUpload(
  app: Pick<Resources, 'db' | 'blobs' | 'config' | 'hints'>,
  key: UploadKey,
): Promise<number | null> {
  const { directUploads } = app.blobs;
  // The operator has left the bucket.
  if (directUploads === null) return null;
  const [upload] = await findUploads(app.db, key.organizationId, [key.uploadId]);
  if (upload?.status === 'AWAITING_UPLOAD') {
    const arrived = await directUploads.find(key);
    if (arrived === null) return pauseSeconds(upload);
    // Its `stage` is the store's, but for what has been sent already.
    const reception = await receiveUpload({ ...app, blobs: arrived }, upload, arrived.bytes);
    if (reception.kind === 'over quota') await failUpload(app, upload, overQuota(reception.message));
  }
  // After the commit: a worker that dies before it finds the bytes again.
  await directUploads.remove(key);
  return null;
}

/** A quarter of the time that it was awaited: soon for those that wait for it, seldom for what does not come. */
function pauseSeconds({ expires_at }: UploadRow): number {
  const awaitedSeconds = awaitMinutes * 60 - (expires_at.getTime() - Date.now()) / 1000;
  return Math.min(longestPauseSeconds, Math.max(1, awaitedSeconds / 4));
}

/** The client is gone: nobody can be told to send it again when there is room. */
function overQuota(message: string): Failure {
  return { code: 'DOWNLOAD_FAILED', message, retryable: true };
}
