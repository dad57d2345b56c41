import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { removeBytes } from '../../images/bytes/remove-bytes.ts';
import type { Logger } from '../../log.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { conflictOf } from '../create-item.ts';
import type { ItemFields } from '../item-fields.ts';
import { type AppliedRow, applyRow, removeLeftovers } from './apply-row.ts';
import { findNextRow, type StoredRow, setRowResult } from './import-rows.repository.ts';
import { type CatalogImportRecord, countOutcome, endImport, lockRunningImport } from './imports.repository.ts';

export interface ImportParts {
  db: Kysely<DB>;
  blobs: BlobStore;
  hints: Pick<Hints, 'eventsWritten'>;
  logger: Logger;
}

export interface ImportKey {
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
      await endImport(trx, key.organizationId, key.importId, { status: 'SUCCEEDED' });
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
    const unused = await removeLeftovers(trx, row);
    return finishRow(trx, running, row, { outcome: 'FAILED', message, itemId: null, unused });
  });
}
