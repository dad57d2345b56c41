import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { forgetDays } from './upload-row.ts';

export interface DueUpload {
  id: string;
  organization_id: string;
}

/** Uploads whose bytes did not arrive in time. */
export function findOverdue(db: Kysely<DB>, limit: number): Promise<DueUpload[]> {
  return db
    .selectFrom('upload')
    .select(['id', 'organization_id'])
    .where('status', '=', 'AWAITING_UPLOAD')
    .where('expires_at', '<=', sql<Date>`now()`)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
}

/**
 * Deletes uploads whose bytes were not used in time, except those that are being used right now.
 * @returns hashes for `removeUnusedBlobs` after the commit.
 */
export async function removeUnused(
  trx: Transaction<DB>,
  limit: number,
): Promise<{ organizationId: string; sha256: string }[]> {
  const { rows } = await sql<{ organizationId: string; sha256: string }>`
    delete from upload where id in (
      select id from upload where status = 'RECEIVED' and image_id is null and video_id is null and expires_at <= now()
      order by expires_at limit ${limit} for update skip locked)
    returning organization_id as "organizationId", encode(blob_sha256, 'hex') as sha256`.execute(trx);
  return rows;
}

/** Deletes uploads that ended days ago. Their images stay. */
export async function removeEnded(db: Kysely<DB>): Promise<void> {
  await db
    .deleteFrom('upload')
    .where('expires_at', '<', sql<Date>`now() - ${forgetDays} * interval '1 day'`)
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['FAILED', 'EXPIRED']),
        eb('image_id', 'is not', null),
        eb('video_id', 'is not', null),
      ]),
    )
    .where('status', '<>', 'AWAITING_UPLOAD')
    .execute();
}
