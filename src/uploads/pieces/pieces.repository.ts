import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { UploadRow } from '../upload-row.ts';
import { lockUploads } from '../uploads.repository.ts';

type UploadId = Pick<UploadRow, 'id' | 'organization_id'>;

/** Bytes that have arrived of an upload, as a file of their own. */
export interface Piece {
  id: string;
  startByte: number;
  byteSize: number;
}

/** In the order of their bytes. */
export function listPieces(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<Piece[]> {
  return db
    .selectFrom('upload_piece')
    .select(['id', sql<number>`start_byte::float8`.as('startByte'), sql<number>`byte_size::float8`.as('byteSize')])
    .where('organization_id', '=', organization_id)
    .where('upload_id', '=', id)
    .orderBy('start_byte')
    .execute();
}

/** How many bytes have arrived in pieces: where the next request goes on. */
export function nextByteOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { byteSize }) => sum + byteSize, 0);
}

/** Bytes of all pieces of an organisation. */
export async function sumPieces(db: Kysely<DB>, organizationId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('upload_piece')
    .select(sql<number>`coalesce(sum(byte_size), 0)::float8`.as('bytes'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return bytes;
}

/** After a piece has arrived, its upload does not expire for so long: a slow client can renew it, and lose nothing. */
const graceMinutes = 15;

/**
 * Adds a piece to an awaited upload.
 * @returns false: the upload is no longer awaited, or the piece does not follow the last one; nothing was changed.
 */
export async function addPiece(
  trx: Transaction<DB>,
  { organization_id, id }: UploadId,
  piece: Piece,
): Promise<boolean> {
  const [upload] = await lockUploads(trx, organization_id, [id]);
  if (upload?.status !== 'AWAITING_UPLOAD') return false;
  if (nextByteOf(await listPieces(trx, upload)) !== piece.startByte) return false;
  await trx
    .insertInto('upload_piece')
    .values({
      id: piece.id,
      organization_id,
      upload_id: id,
      start_byte: piece.startByte,
      byte_size: piece.byteSize,
    })
    .execute();
  await trx
    .updateTable('upload')
    .set({ expires_at: sql<Date>`greatest(expires_at, now() + ${graceMinutes} * interval '1 minute')` })
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .execute();
  return true;
}

/** Forgets the pieces of an upload. @returns their ids: their files are to be removed after the commit. */
export async function takePieces(db: Kysely<DB>, { organization_id, id }: UploadId): Promise<string[]> {
  const rows = await db
    .deleteFrom('upload_piece')
    .where('organization_id', '=', organization_id)
    .where('upload_id', '=', id)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
