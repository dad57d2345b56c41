import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Staged } from './intake.ts';

/**
 * Makes received pictures the organisation's: rows first, then the files, inside the transaction. The upsert locks a row
 * that is there already, so `removeUnusedBlob` of the same picture is either over before (and the file is written anew) or
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
  await Promise.all(received.map(({ staged }) => staged.keep(organizationId)));
}

/** Removes a picture's bytes and renditions when no image uses them any more. @param sha256 lower-case hex */
export async function removeUnusedBlob(
  trx: Transaction<DB>,
  blobs: BlobStore,
  organizationId: string,
  sha256: string,
): Promise<void> {
  const hash = Buffer.from(sha256, 'hex');
  const locked = await trx
    .selectFrom('blob')
    .select('sha256')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) return;
  // A statement of its own: it sees what was committed while the lock was waited for.
  const { numDeletedRows } = await trx
    .deleteFrom('blob')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', hash)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('image')
            .select('image.id')
            .where('image.organization_id', '=', organizationId)
            .where('image.sha256', '=', hash),
        ),
      ),
    )
    .executeTakeFirst();
  if (numDeletedRows > 0n) await blobs.remove({ organizationId, sha256 });
}
