import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

export interface StoredImage {
  organizationId: string;
  /** Lower-case hex. */
  sha256: string;
  byteSize: number;
  mimeType: string;
  /** Pixels. */
  width: number;
  filename: string | null;
}

/**
 * The picture that a signed link leads to; null when it is unknown, deleted or not there yet. Without an organisation: the
 * signature of the link is what allows it.
 */
export async function findStoredImage(db: Kysely<DB>, imageId: string): Promise<StoredImage | null> {
  const row = await db
    .selectFrom('image')
    .innerJoin('blob', (join) =>
      join.onRef('blob.organization_id', '=', 'image.organization_id').onRef('blob.sha256', '=', 'image.sha256'),
    )
    .select(['image.organization_id', 'image.sha256', 'image.filename'])
    .select(['blob.byte_size', 'blob.mime_type', 'blob.width'])
    .where('image.id', '=', imageId)
    .executeTakeFirst();
  if (!row?.sha256) return null;
  return {
    organizationId: row.organization_id,
    sha256: row.sha256.toString('hex'),
    byteSize: Number(row.byte_size),
    mimeType: row.mime_type,
    width: row.width,
    filename: row.filename,
  };
}

/** Asks a worker for the smaller copies of a picture; once, however often it is asked for while the job waits. */
export async function requestRenditions(
  db: Kysely<DB>,
  image: { imageId: string; organizationId: string },
): Promise<void> {
  await sql`select graphile_worker.add_job(
    'render_image', ${JSON.stringify(image)}::json,
    job_key := ${`render_image:${image.imageId}`}, job_key_mode := 'preserve_run_at',
    max_attempts := 3, priority := 20
  )`.execute(db);
}

export interface StoredExport {
  organizationId: string;
  format: 'COCO' | 'CSV' | 'JSONL';
  byteSize: number;
}

/** The file that a signed link leads to; null when it has been removed. Without an organisation, as above. */
export async function findStoredExport(db: Kysely<DB>, exportId: string): Promise<StoredExport | null> {
  const row = await db
    .selectFrom('export')
    .select(['organization_id', 'format', 'byte_size'])
    .where('id', '=', exportId)
    .where('status', '=', 'SUCCEEDED')
    .executeTakeFirst();
  return row ? { organizationId: row.organization_id, format: row.format, byteSize: Number(row.byte_size) } : null;
}
