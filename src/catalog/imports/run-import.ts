import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { removeBytes } from '../../images/bytes/remove-bytes.ts';
import { removeUnlistedImages } from '../../images/removal/remove-unlisted.ts';
import type { Logger } from '../../log.ts';
import type { Failure } from '../../shared/failure.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { conflictOf } from '../create-item.ts';
import type { ItemFields } from '../item-fields.ts';
import { type AppliedRow, applyRow, removeLeftovers } from './apply-row.ts';
import { findNextRow, listPendingImageIds, type StoredRow, setRowResult } from './import-rows.repository.ts';
import {
  type CatalogImportRecord,
  countOutcome,
  endImport,
  findStrandedImports,
  lockRunningImport,
  removeOldImports,
} from './imports.repository.ts';
import type { ImportedPicture } from './row.ts';

export interface ImportParts {
  db: Kysely<DB>;
  blobs: BlobStore;
  hints: Pick<Hints, 'eventsWritten'>;
  logger: Logger;
}

interface ImportKey {
  organizationId: string;
  importId: string;
}

/**
 * Does the rows of a RUNNING import that are not done, each in a transaction of its own: what breaks off goes on from there.
 * @throws the signal's reason when it is aborted
 */
export async function runImport(parts: ImportParts, key: ImportKey, signal: AbortSignal): Promise<void> {
  let hasMore = true;
  while (hasMore) {
    signal.throwIfAborted();
    const unused = await doNextRow(parts.db, key);
    parts.hints.eventsWritten();
    await removeBytes(parts, key.organizationId, unused ?? []);
    hasMore = unused !== null;
  }
}

/** @returns hashes for `removeBytes`; null: nothing was left to do, and the import has ended. */
async function doNextRow(db: Kysely<DB>, key: ImportKey): Promise<string[] | null> {
  let at: StoredRow | undefined;
  try {
    return await db.transaction().execute(async (trx) => {
      const running = await lockRunningImport(trx, key.organizationId, key.importId);
      if (!running) return null;
      at = await findNextRow(trx, key.organizationId, key.importId);
      if (at) return await finishRow(trx, running, at, await applyRow(trx, at, running.dry_run));
      await endImport(trx, key.organizationId, key.importId, null);
      return null;
    });
  } catch (error) {
    // Somebody else took the customId, or deleted the image, in the meantime.
    const conflict = at && conflictOf(error, at.fields as ItemFields);
    if (!at || !conflict) throw error;
    return failRow(db, key, at, conflict.message);
  }
}

async function finishRow(
  trx: Transaction<DB>,
  running: CatalogImportRecord,
  row: StoredRow,
  applied: AppliedRow,
): Promise<string[]> {
  await setRowResult(trx, row, applied);
  await countOutcome(trx, running, applied.outcome);
  return applied.unused;
}

function failRow(db: Kysely<DB>, key: ImportKey, row: StoredRow, message: string): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const running = await lockRunningImport(trx, key.organizationId, key.importId);
    if (!running) return [];
    const unused = await removeLeftovers(trx, key.organizationId, row.pictures as unknown as ImportedPicture[]);
    return finishRow(trx, running, row, { outcome: 'FAILED', message, itemId: null, unused });
  });
}

/** RUNNING → FAILED. What its rows have done stays; images of the others go. */
export async function failImport(parts: ImportParts, key: ImportKey, failure: Failure): Promise<void> {
  const unused = await parts.db.transaction().execute(async (trx) => {
    if (!(await endImport(trx, key.organizationId, key.importId, failure))) return [];
    const ids = await listPendingImageIds(trx, key.organizationId, key.importId);
    return removeUnlistedImages(trx, key.organizationId, ids);
  });
  parts.hints.eventsWritten();
  await removeBytes(parts, key.organizationId, unused);
}

/** Ends imports whose job is lost, and forgets those of long ago. */
export async function cleanImports(parts: ImportParts): Promise<void> {
  for (const { organization_id: organizationId, id: importId } of await findStrandedImports(parts.db))
    await failImport(parts, { organizationId, importId }, strandedFailure);
  await removeOldImports(parts.db);
}

const strandedFailure: Failure = {
  code: 'INTERNAL',
  message:
    'The workers that ran the import stopped before it was complete. Import the file again: rows that are done stay unchanged.',
  retryable: true,
};
