import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Hints } from '../events/hints.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { expireExport, failExport, findOverdueExports, findStrandedExports } from './exports.repository.ts';

/** Removes the files of exports whose retention period has ended, and ends exports whose job is lost. @returns how many it changed */
export async function cleanExports(parts: { db: Kysely<DB>; blobs: BlobStore; hints: Hints }): Promise<number> {
  const { db, blobs, hints } = parts;
  const overdue = await findOverdueExports(db);
  for (const { organization_id: organizationId, id } of overdue) {
    // The file is removed first: if this is interrupted, the row is found again next time. A file without a row never would be.
    await blobs.remove({ organizationId, exportId: id });
    await expireExport(db, organizationId, id);
  }
  const stranded = await findStrandedExports(db);
  for (const { organization_id, id } of stranded) await failExport(db, organization_id, id, strandedFailure);
  if (overdue.length + stranded.length > 0) hints.eventsWritten();
  return overdue.length + stranded.length;
}

const strandedFailure = {
  code: 'INTERNAL',
  message: 'The workers that wrote the file stopped before it was complete. Request the export again.',
  retryable: true,
} as const;
