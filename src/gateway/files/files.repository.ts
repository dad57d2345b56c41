import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { ExportFormat } from '../../exports/export-status.ts';

export interface StoredImage {
  /** UUID. */
  id: string;
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
 * The picture that a signed link leads to; null when it is unknown, deleted or not stored yet. No organisation is checked: the
 * signature of the link permits the access.
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
    id: imageId,
    organizationId: row.organization_id,
    sha256: row.sha256.toString('hex'),
    byteSize: Number(row.byte_size),
    mimeType: row.mime_type,
    width: row.width,
    filename: row.filename,
  };
}

export interface StoredExport {
  organizationId: string;
  format: ExportFormat;
  byteSize: number;
}

/** The file that a signed link leads to; null when it has been removed. No organisation is checked, as above. */
export async function findStoredExport(db: Kysely<DB>, exportId: string): Promise<StoredExport | null> {
  const row = await db
    .selectFrom('export')
    .select(['organization_id', 'format', 'byte_size'])
    .where('id', '=', exportId)
    .where('status', '=', 'SUCCEEDED')
    .executeTakeFirst();
  return row ? { organizationId: row.organization_id, format: row.format, byteSize: Number(row.byte_size) } : null;
}
