import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import type { Staged } from '../receiving/received.ts';

/**
 * Makes received pictures the organisation's: rows first, then the files, inside the transaction. The upsert locks a row
 * that is there already, so `removeUnusedBlobs` of the same picture is either over before (and the file is written anew) or
 * waits and then finds it in use. Rows are written in the order of their hashes, so that two requests with the same
 * pictures cannot lock each other out. Should the transaction fail, a file may be left that no row knows.
 */
export async function storeBlobs(
  trx: Transaction<DB>,
  organizationId: string,
  received: readonly Staged[],
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
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'sha256']).doUpdateSet({ mime_type: sql.ref('excluded.mime_type') }),
    )
    .execute();
  await Promise.all(inOrder.map(({ staged }) => staged.keep(organizationId)));
  // The same content twice: kept once it is there, this only removes what lies in wait. Both at once would race.
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
 * Removes the bytes and renditions of pictures that no image or upload uses any more; the rest stay. To be called after the commit of
 * what removed the images: should this fail or the process die, blobs without images are left, and never an image without
 * its bytes. @param hashes lower-case hex
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
      // The file goes first: a row without a file is mended by the next upload of the picture, a file without a row is lost.
      await blobs.remove({ organizationId, sha256 });
      await trx
        .deleteFrom('blob')
        .where('organization_id', '=', organizationId)
        .where('sha256', '=', Buffer.from(sha256, 'hex'))
        .execute();
    });
  }
}

/** Whether a picture's bytes are kept. While `removeUnusedBlobs` is about to remove them, it waits for the outcome. */
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

/** Whether the blob is there and unused; then it is locked, and nothing can begin to use it. */
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
  // A statement of its own: it sees what was committed while the lock was waited for.
  const use = await trx
    .selectFrom('image')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  if (use) return false;
  const upload = await trx
    .selectFrom('upload')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('blob_sha256', '=', hash)
    .limit(1)
    .executeTakeFirst();
  return upload === undefined;
}
