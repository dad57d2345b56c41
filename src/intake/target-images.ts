import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import type { ImageStatus } from '../images/life.ts';
import { lockImageStatuses } from '../images/locks.repository.ts';
import type { Received, Remote, Staged, Stored } from '../images/receiving/received.ts';
import type { Rejected } from '../images/receiving/rejected.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import type { UploadRow } from '../uploads/upload-row.ts';
import { uploadExpired } from '../uploads/upload-row.ts';

/** The initial values of a new image. */
export interface ImageOrigin {
  sha256: string | null;
  filename: string | null;
  /** From EXIF. */
  recordedAt: Date | null;
  sourceUrl: string | null;
  /** The upload that has its bytes or awaits them. */
  uploadId: string | null;
}

/** The target image of a received picture, and where its bytes are. */
export interface TargetImage {
  imageId: string;
  status: ImageStatus;
  /** The failure if it is FAILED; otherwise null. */
  failure: Failure | null;
  /** null: the image already exists, or another picture of the same request creates it. */
  origin: ImageOrigin | null;
}

/**
 * The target image of each received picture. Images whose bytes were still arriving are read again, because they may have arrived
 * since.
 * @param uploads those among them, locked.
 */
export async function findTargetImages(
  trx: Transaction<DB>,
  organizationId: string,
  received: readonly Received[],
  uploads: readonly UploadRow[],
): Promise<TargetImage[]> {
  const ofUpload = new Map(uploads.map((upload) => [upload.id, targetOfUpload(upload)]));
  const onTheirWay = received.flatMap((one) => (one.kind === 'stored' && !one.isReady ? [one.imageId] : []));
  const locked = onTheirWay.length > 0 ? await lockImageStatuses(trx, organizationId, onTheirWay) : [];
  const statuses = new Map(locked.map((image) => [image.id, image]));
  const used = new Set<string>();
  return received.map((one) => {
    if (one.kind === 'staged') return targetOfStaged(one);
    if (one.kind === 'remote') return targetOfRemote(one);
    if (one.kind === 'rejected') return targetOfRejected(one);
    if (one.kind === 'stored') return targetOfStored(one, statuses.get(one.imageId));
    const target = ofUpload.get(one.uploadId) ?? targetOfForgotten();
    if (used.has(one.uploadId)) return { ...target, origin: null };
    used.add(one.uploadId);
    return target;
  });
}

const nothing: ImageOrigin = { sha256: null, filename: null, recordedAt: null, sourceUrl: null, uploadId: null };

function targetOfStaged({ staged, header, filename }: Staged): TargetImage {
  const origin = { ...nothing, sha256: staged.sha256, filename, recordedAt: header.recordedAt };
  return { imageId: newId(), status: 'READY', failure: null, origin };
}

function targetOfRemote({ url }: Remote): TargetImage {
  return { imageId: newId(), status: 'FETCHING', failure: null, origin: { ...nothing, sourceUrl: url } };
}

function targetOfRejected({ failure, filename }: Rejected): TargetImage {
  return { imageId: newId(), status: 'FAILED', failure, origin: { ...nothing, filename } };
}

function targetOfStored(
  { imageId, isReady }: Stored,
  row: Awaited<ReturnType<typeof lockImageStatuses>>[number] | undefined,
): TargetImage {
  // If it has been deleted by now, its foreign key reports that.
  if (isReady || !row) return { imageId, status: 'READY', failure: null, origin: null };
  return { imageId, status: row.status, failure: row.status === 'FAILED' ? readFailure(row) : null, origin: null };
}

function targetOfUpload(upload: UploadRow): TargetImage {
  const failure = upload.status === 'EXPIRED' ? uploadExpired : readFailure(upload);
  const status = failure !== null ? 'FAILED' : upload.status === 'RECEIVED' ? 'READY' : 'AWAITING_UPLOAD';
  if (upload.image_id !== null) return { imageId: upload.image_id, status, failure, origin: null };
  const { id: uploadId, blob_sha256: sha256, filename, recorded_at: recordedAt } = upload;
  // An ended upload is detached from the image, because it may be renewed for another one.
  const origin = { ...nothing, sha256, filename, recordedAt, uploadId: failure === null ? uploadId : null };
  return { imageId: newId(), status, failure, origin };
}

/** It existed a moment ago, and its image has been deleted since. */
function targetOfForgotten(): TargetImage {
  return { imageId: newId(), status: 'FAILED', failure: uploadExpired, origin: nothing };
}
