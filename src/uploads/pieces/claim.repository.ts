import { type Kysely, sql } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { UploadRow } from '../upload-row.ts';

type UploadId = Pick<UploadRow, 'id' | 'organization_id'>;

/** How long a claim lasts without being renewed: until then, a process that was killed blocks its uploads. */
const claimSeconds = 30;
const until = sql<Date>`now() + ${claimSeconds} * interval '1 second'`;

/**
 * Makes this request the only one that sends bytes of an upload, until `releaseUpload`. To be renewed in time.
 * @returns false: another request is sending.
 */
export async function claimUpload(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('upload')
    .set({ receiving_until: until })
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('receiving_until', 'is', null), eb('receiving_until', '<=', sql<Date>`now()`)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function isClaimed(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<boolean> {
  const row = await db
    .selectFrom('upload')
    .select('id')
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .where('receiving_until', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return row !== undefined;
}

export async function renewClaim(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<void> {
  await setReceivingUntil(db, { organization_id, id }, until);
}

export async function releaseUpload(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<void> {
  await setReceivingUntil(db, { organization_id, id }, null);
}

async function setReceivingUntil(
  db: Kysely<DB>,
  { organization_id, id }: UploadId,
  value: typeof until | null,
): Promise<void> {
  await db
    .updateTable('upload')
    .set({ receiving_until: value })
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .execute();
}
