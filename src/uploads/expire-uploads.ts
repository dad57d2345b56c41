import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Hints } from '../events/hints.ts';
import { inLogOrder } from '../events/order.ts';
import { imageFailed } from '../images/arrival.ts';
import { removeBytes } from '../images/bytes/remove-bytes.ts';
import type { Logger } from '../log.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { videoFailed } from '../videos/arrival.ts';
import { type DueUpload, findOverdue, removeUnused } from './expiry.repository.ts';
import { removePieces } from './pieces/store-pieces.ts';
import { uploadExpired } from './upload-row.ts';
import { lockUploads, setExpired } from './uploads.repository.ts';

/** Per round; more wait for the next round, seconds later. */
const atOnce = 200;

/**
 * Ends uploads whose bytes did not arrive in time, with the analyses that waited for them, and removes bytes that arrived but were
 * never used.
 * @returns how many.
 */
export async function expireUploads(parts: {
  db: Kysely<DB>;
  blobs: BlobStore;
  hints: Hints;
  logger: Logger;
}): Promise<number> {
  const { db, hints } = parts;
  const overdue = await findOverdue(db, atOnce);
  for (const upload of overdue) {
    if (await expire(db, upload)) await removePieces(parts, upload);
  }
  if (overdue.length > 0) hints.eventsWritten();
  const unused = await db.transaction().execute((trx) => removeUnused(trx, atOnce));
  for (const { organizationId, sha256 } of unused) await removeBytes(parts, organizationId, [sha256]);
  return overdue.length + unused.length;
}

/** @returns false: its bytes have arrived, it was renewed, or another worker was first. */
async function expire(db: Kysely<DB>, { id, organization_id }: DueUpload): Promise<boolean> {
  return inLogOrder(db, async (trx) => {
    const [upload] = await lockUploads(trx, organization_id, [id]);
    if (upload?.status !== 'EXPIRED') return false;
    await setExpired(trx, organization_id, id);
    if (upload.image_id !== null) await imageFailed(trx, organization_id, upload.image_id, uploadExpired, 'EXPIRED');
    if (upload.video_id !== null) await videoFailed(trx, organization_id, upload.video_id, uploadExpired, 'EXPIRED');
    return true;
  });
}
