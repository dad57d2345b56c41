import type { Resources } from '../../resources.ts';
import type { UploadRow } from '../upload-row.ts';
import { claimUpload, releaseUpload, renewClaim } from './claim.repository.ts';

/** Several times while a claim lasts, so that one renewal may fail. */
const renewMs = 10_000;

/** Does the work as the only request that sends bytes of an upload. @returns null: another request is sending, and nothing was done. */
export async function whileClaimed<T>(
  { db, logger }: Pick<Resources, 'db' | 'logger'>,
  upload: UploadRow,
  work: () => Promise<T>,
): Promise<T | null> {
  if (!(await claimUpload(db, upload))) return null;
  const renewing = setInterval(() => {
    // If none succeeds, another request may go on, and of two that send the same piece one is refused.
    renewClaim(db, upload).catch((err) => logger.warn({ err, uploadId: upload.id }, 'A claim could not be renewed.'));
  }, renewMs);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await releaseUpload(db, upload);
  }
}
