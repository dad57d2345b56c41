import { type Kysely, sql } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { type Failure, failureColumns, readFailure } from '../../shared/failure.ts';
import type { BlobKey } from '../../storage/blob-store.ts';

/**
 * A day: by then, whatever made the machine slow may be over, and a new version may decode the picture. Until then, it costs no
 * processor time.
 */
const heldHours = 24;

/** Why the bytes of a picture could not be decoded within the last day; null: no failure is known. */
export async function findUndecodable(db: Kysely<DB>, { organizationId, sha256 }: BlobKey): Promise<Failure | null> {
  const row = await db
    .selectFrom('blob')
    .select(['failure_code', 'failure_message', 'failure_retryable'])
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .where('failed_at', '>', sql<Date>`now() - make_interval(hours => ${heldHours})`)
    .executeTakeFirst();
  return row ? readFailure(row) : null;
}

/** Those of these pictures whose bytes are known to be undecodable, or do not exist: no derived picture can be made. */
export async function listUndecodable<Key extends BlobKey>(db: Kysely<DB>, keys: readonly Key[]): Promise<Key[]> {
  if (keys.length === 0) return [];
  const wanted = keys.map(({ organizationId, sha256 }, ordinal) => ({ ordinal, organizationId, sha256 }));
  const { rows } = await sql<{ ordinal: number }>`
    select wanted.ordinal
    from json_to_recordset(${JSON.stringify(wanted)}::json) as wanted(ordinal int, "organizationId" uuid, sha256 text)
    where not exists (
      select from blob where organization_id = wanted."organizationId" and blob.sha256 = decode(wanted.sha256, 'hex')
        and (failed_at is null or failed_at <= now() - make_interval(hours => ${heldHours})))`.execute(db);
  return rows.map(({ ordinal }) => keys[ordinal]!);
}

/** Stores why the bytes of a picture cannot be decoded. */
export async function noteUndecodable(
  db: Kysely<DB>,
  { organizationId, sha256 }: BlobKey,
  failure: Failure,
): Promise<void> {
  await db
    .updateTable('blob')
    .set({ ...failureColumns(failure), failed_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .execute();
}

/** Those of these pictures whose blobs have been deleted. */
export async function listGone(db: Kysely<DB>, keys: readonly BlobKey[]): Promise<BlobKey[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<BlobKey>`
    select wanted."organizationId", wanted.sha256
    from json_to_recordset(${JSON.stringify(keys)}::json) as wanted("organizationId" uuid, sha256 text)
    where not exists (
      select from blob where organization_id = wanted."organizationId" and blob.sha256 = decode(wanted.sha256, 'hex'))`.execute(
    db,
  );
  return rows;
}
