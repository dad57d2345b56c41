import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { awaitMinutes, type UploadRow, type UploadStatus, unusedHours } from './upload-row.ts';

const soon = sql<Date>`now() + ${awaitMinutes} * interval '1 minute'`;

function selectUploads(db: Kysely<DB>): SelectQueryBuilder<DB, 'upload', UploadRow> {
  return db
    .selectFrom('upload')
    .select([
      'id',
      'organization_id',
      'image_id',
      'video_id',
      'filename',
      'mime_type',
      'recorded_at',
      'expires_at',
      'failure_code',
      'failure_message',
      'failure_retryable',
      sql<UploadStatus>`case when status = 'AWAITING_UPLOAD' and expires_at <= now() then 'EXPIRED' else status end`.as(
        'status',
      ),
      sql<number | null>`byte_size::double precision`.as('byte_size'),
      sql<string | null>`encode(sha256, 'hex')`.as('sha256'),
      sql<string | null>`encode(blob_sha256, 'hex')`.as('blob_sha256'),
    ]);
}

export interface NewUpload {
  id: string;
  filename: string;
  mimeType: string;
  byteSize: number | null;
  /** Lower-case hex. */
  sha256: string | null;
}

export async function insertUploads(
  db: Kysely<DB>,
  organizationId: string,
  uploads: readonly NewUpload[],
): Promise<void> {
  await db
    .insertInto('upload')
    .values(
      uploads.map(({ id, filename, mimeType, byteSize, sha256 }) => ({
        id,
        organization_id: organizationId,
        filename,
        mime_type: mimeType,
        byte_size: byteSize,
        sha256: sha256 === null ? null : Buffer.from(sha256, 'hex'),
        expires_at: soon,
      })),
    )
    .execute();
}

/** Those that exist, in any order. */
export function findUploads(db: Kysely<DB>, organizationId: string, ids: readonly string[]): Promise<UploadRow[]> {
  return selectUploads(db)
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}

/** The upload that a signed link leads to. No organisation is checked: the signature permits the access. */
export async function findUploadOfLink(db: Kysely<DB>, id: string): Promise<UploadRow | null> {
  return (await selectUploads(db).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Their current state, locked in the order of ids until the end of the transaction. Lock them before images and blobs. */
export function lockUploads(
  trx: Transaction<DB>,
  organizationId: string,
  ids: readonly string[],
): Promise<UploadRow[]> {
  return selectUploads(trx)
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Whether a worker has ended everything that waited for it; otherwise only its time is over. */
export async function isExpiryWritten(trx: Transaction<DB>, organizationId: string, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('upload')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('status', '=', 'EXPIRED')
    .executeTakeFirst();
  return row !== undefined;
}

/** From here on the bytes belong to the image, if they have arrived. */
export async function attachImages(
  trx: Transaction<DB>,
  organizationId: string,
  uses: readonly { uploadId: string; imageId: string }[],
): Promise<void> {
  if (uses.length === 0) return;
  await sql`
    update upload set image_id = u."imageId", blob_sha256 = null
    from json_to_recordset(${JSON.stringify(uses)}::json) as u("uploadId" uuid, "imageId" uuid)
    where upload.id = u."uploadId" and upload.organization_id = ${organizationId}`.execute(trx);
}

/** From here on the bytes belong to the video, if they have arrived. */
export async function attachVideo(
  trx: Transaction<DB>,
  organizationId: string,
  uploadId: string,
  videoId: string,
): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ video_id: videoId, blob_sha256: null })
    .where('organization_id', '=', organizationId)
    .where('id', '=', uploadId)
    .execute();
}

/** @param unused bytes that belong to no image yet, so the upload keeps them for a day; null: they belong to its image. */
export async function setReceived(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  unused: { sha256: string; recordedAt: Date | null } | null,
): Promise<void> {
  await trx
    .updateTable('upload')
    .set({
      status: 'RECEIVED',
      blob_sha256: unused && Buffer.from(unused.sha256, 'hex'),
      recorded_at: unused?.recordedAt ?? null,
      expires_at: sql`now() + ${unusedHours} * interval '1 hour'`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function setFailed(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  failure: Failure,
): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ status: 'FAILED', ...failureColumns(failure) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function setExpired(trx: Transaction<DB>, organizationId: string, id: string): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ status: 'EXPIRED' })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Bytes are awaited for another hour from now. */
export async function setAwaited(trx: Transaction<DB>, organizationId: string, id: string): Promise<void> {
  await trx
    .updateTable('upload')
    .set({ status: 'AWAITING_UPLOAD', expires_at: soon })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}
