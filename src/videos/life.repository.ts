import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type Failure, failureColumns } from '../shared/failure.ts';
import { mayMove, type VideoStatus } from './life.ts';

export interface VideoInsert {
  id: string;
  status: VideoStatus;
  failure: Failure | null;
  /** Lower-case hex, of a blob that is stored; null: the bytes have not arrived, or cannot be used. */
  sha256: string | null;
  /** Where a worker fetches it from; null: nowhere. */
  sourceUrl: string | null;
  filename: string | null;
  externalId: string | null;
  placeId: string | null;
  metadata: Record<string, unknown>;
  recordedAt: Date | null;
}

export async function insertVideo(trx: Transaction<DB>, organizationId: string, video: VideoInsert): Promise<void> {
  await trx
    .insertInto('video')
    .values({
      id: video.id,
      organization_id: organizationId,
      status: video.status,
      ...failureColumns(video.failure),
      sha256: video.sha256 === null ? null : Buffer.from(video.sha256, 'hex'),
      source_url: video.sourceUrl,
      filename: video.filename,
      external_id: video.externalId,
      place_id: video.placeId,
      metadata: JSON.stringify(video.metadata),
      recorded_at: video.recordedAt,
    })
    .execute();
}

/** What the header of a video says. */
export interface VideoHeader {
  /** MP4, QUICKTIME, WEBM, MATROSKA or AVI. */
  container: string;
  codec: string;
  /** Pixels, as shown. */
  width: number;
  height: number;
  /** Degrees clockwise. */
  rotation: number;
  /** Frames a second; null: unknown. */
  frameRate: number | null;
  /** null: it does not say. */
  headerSeconds: number | null;
}

/** A requested change of status, with its data. */
export type VideoChange =
  | { to: 'PROBING'; sha256: string }
  | { to: 'READY'; header: VideoHeader }
  | { to: 'FAILED'; failure: Failure };

/** Changes the status of a locked video. @returns false: life.ts does not allow it, and nothing was changed. */
export async function changeVideo(
  trx: Transaction<DB>,
  video: { id: string; status: VideoStatus },
  change: VideoChange,
): Promise<boolean> {
  if (!mayMove(video.status, change.to)) return false;
  await trx
    .updateTable('video')
    .set({
      status: change.to,
      ...failureColumns(change.to === 'FAILED' ? change.failure : null),
      ...(change.to === 'PROBING' && { sha256: Buffer.from(change.sha256, 'hex') }),
      ...(change.to === 'READY' && headerColumns(change.header)),
    })
    .where('id', '=', video.id)
    .execute();
  return true;
}

function headerColumns({ frameRate, headerSeconds, ...rest }: VideoHeader) {
  return { ...rest, frame_rate: frameRate, header_seconds: headerSeconds };
}

/** Records how long a video really is, which only decoding it to its end shows. */
export async function noteDecoded(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
  end: { decodedSeconds: number; truncated: boolean },
): Promise<void> {
  await trx
    .updateTable('video')
    .set({ decoded_seconds: sql<number>`greatest(decoded_seconds, ${end.decodedSeconds})`, truncated: end.truncated })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}
