import type { GivenId } from '../../given-id.ts';
import { removeBytes } from '../../images/bytes/remove-bytes.ts';
import { removeUnlistedImages } from '../../images/removal/remove-unlisted.ts';
import type { Failure } from '../../shared/failure.ts';
import { ConflictError, NotFoundError } from '../../user-error.ts';
import { listPendingImageIds } from './import-rows.repository.ts';
import {
  type CatalogImportRecord,
  endImport,
  findImports,
  findStrandedImports,
  type ImportEnd,
  removeOldImports,
} from './imports.repository.ts';
import type { ImportKey, ImportParts } from './run-import.ts';

/** RUNNING → FAILED. */
export async function failImport(parts: ImportParts, key: ImportKey, failure: Failure): Promise<void> {
  await stopImport(parts, key, { status: 'FAILED', failure });
}

/**
 * RUNNING → CANCELED. The row that is being imported is still done. An import that was cancelled before stays as it is.
 * @throws NotFoundError; ConflictError where it has ended otherwise
 */
export async function cancelImport(
  parts: ImportParts,
  organizationId: string,
  { uuid, text }: GivenId,
): Promise<CatalogImportRecord> {
  if (uuid !== null) await stopImport(parts, { organizationId, importId: uuid }, { status: 'CANCELED' });
  const [row] = uuid === null ? [] : await findImports(parts.db, organizationId, [uuid]);
  if (!row) throw new NotFoundError(text);
  if (row.status !== 'CANCELED') throw new ConflictError(`The import has already ended: it is ${row.status}.`);
  return row;
}

/** What its rows have done stays; images of the others go. Nothing happens to one that has ended. */
async function stopImport(
  parts: ImportParts,
  { organizationId, importId }: ImportKey,
  end: Exclude<ImportEnd, { status: 'SUCCEEDED' }>,
): Promise<void> {
  const unused = await parts.db.transaction().execute(async (trx) => {
    if (!(await endImport(trx, organizationId, importId, end))) return [];
    return removeUnlistedImages(trx, organizationId, await listPendingImageIds(trx, organizationId, importId));
  });
  parts.hints.eventsWritten();
  await removeBytes(parts, organizationId, unused);
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
