import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { BlobStore, StagedBlob } from '../../storage/blob-store.ts';
import type { ImageHeader } from '../header/read-header.ts';

/** Bytes that have arrived and may become a blob. */
export interface StagedBytes {
  staged: StagedBlob;
  /** Pixels; null: a video, of which they are stored with the video. */
  header: { mimeType: string; width: number | null; height: number | null } & Partial<
    Pick<ImageHeader, 'photo' | 'position' | 'isPrivate'>
  >;
}

/**
 * Stores received pictures and videos as blobs of the organisation: rows first, then the files, inside the transaction. The upsert locks an
 * existing row, so `removeUnusedBlobs` of the same picture has either finished before (and the file is written again) or waits and
 * then finds it in use. Rows are written in the order of their hashes, so that two requests with the same pictures cannot deadlock.
 * If the transaction fails, a file without a row may be left.
 */
export async function storeBlobs(
  trx: Transaction<DB>,
  organizationId: string,
  received: readonly StagedBytes[],
): Promise<void> {
  if (received.length === 0) return;
  const byHash = new Map(received.map((one) => [one.staged.sha256, one]));
  const inOrder = [...byHash.values()].sort((a, b) => (a.staged.sha256 < b.staged.sha256 ? -1 : 1));
  await trx
    .insertInto('blob')
    .values(
      inOrder.map(({ staged, header }) => ({
        organization_id: organizationId,
        sha256: Buffer.from(staged.sha256, 'hex'),
        byte_size: staged.byteSize,
        mime_type: header.mimeType,
        width: header.width,
        height: header.height,
        photo: header.photo ? JSON.stringify(header.photo) : null,
        position: header.position ? JSON.stringify(header.position) : null,
        has_private_exif: header.isPrivate ?? false,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'sha256']).doUpdateSet({
        mime_type: sql.ref('excluded.mime_type'),
        photo: sql.ref('excluded.photo'),
        position: sql.ref('excluded.position'),
        has_private_exif: sql.ref('excluded.has_private_exif'),
      }),
    )
    .execute();
  await Promise.all(inOrder.map(({ staged }) => staged.keep(organizationId)));
  // If the same content occurs twice, this only removes the second staged file after the first was kept. Keeping both at once would
  // be a race.
  const twins = received.filter((one) => byHash.get(one.staged.sha256) !== one);
  await Promise.all(twins.map(({ staged }) => staged.keep(organizationId)));
}

/** Those of these hashes (lower-case hex) that are stored. */
export async function findBlobHashes(
  db: Kysely<DB>,
  organizationId: string,
  hashes: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('blob')
    .select(sql<string>`encode(sha256, 'hex')`.as('hash'))
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', sql<Buffer>`any(${hashes.map((hash) => Buffer.from(hash, 'hex'))}::bytea[])`)
    .execute();
  return rows.map(({ hash }) => hash);
}

/**
 * Removes the bytes and derived pictures of those images and videos that nothing uses any more. Call it after the commit that removed
 * the images: if it fails or the process dies, blobs without images are left, but never an image without its bytes.
 * @param hashes lower-case hex
 */
export async function removeUnusedBlobs(
  db: Kysely<DB>,
  blobs: BlobStore,
  organizationId: string,
  hashes: readonly string[],
): Promise<void> {
  for (const sha256 of new Set(hashes)) {
    await db.transaction().execute(async (trx) => {
      if (!(await lockUnused(trx, organizationId, sha256))) return;
      // The file is removed first: a row without a file is repaired by the next upload of the picture, but a file without a row
      // would stay for ever.
      await blobs.remove({ organizationId, sha256 });
      await trx
        .deleteFrom('blob')
        .where('organization_id', '=', organizationId)
        .where('sha256', '=', Buffer.from(sha256, 'hex'))
        .execute();
    });
  }
}

/** Whether a picture's bytes are kept. If `removeUnusedBlobs` is about to remove them, this waits for the outcome. */
export async function isBlobKept(db: Kysely<DB>, organizationId: string, sha256: string): Promise<boolean> {
  const blob = await db
    .selectFrom('blob')
    .select('sha256')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .forKeyShare()
    .executeTakeFirst();
  return blob !== undefined;
}

/** Whether the blob exists and is unused; then it is locked, and nothing can begin to use it. */
async function lockUnused(trx: Transaction<DB>, organizationId: string, sha256: string): Promise<boolean> {
  const hash = Buffer.from(sha256, 'hex');
  const blob = await trx
    .selectFrom('blob')
    .select('sha256')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .forUpdate()
    .executeTakeFirst();
  if (!blob) return false;
  // A separate statement, so that it sees what was committed while this waited for the lock.
  const use = await trx
    .selectFrom('image')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  if (use) return false;
  const video = await trx
    .selectFrom('video')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  if (video) return false;
  const upload = await trx
    .selectFrom('upload')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('blob_sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  return upload === undefined;
}
