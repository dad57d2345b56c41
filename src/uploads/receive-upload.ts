import type { Readable } from 'node:stream';
import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { imageArrived, imageFailed } from '../images/arrival.ts';
import { storeBlobs } from '../images/bytes/blobs.repository.ts';
import { namedMediaType } from '../images/header/media-type.ts';
import { areRelated, namedVideoType } from '../images/header/video-type.ts';
import type { Staged } from '../images/receiving/received.ts';
import { type Rejected, rejectedPicture } from '../images/receiving/rejected.ts';
import { stagePicture } from '../images/receiving/stage-picture.ts';
import { findOverQuota } from '../images/receiving/storage-quota.ts';
import { UnusablePictureError } from '../images/receiving/unusable-picture.ts';
import type { Resources } from '../resources.ts';
import type { Failure } from '../shared/failure.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { videoArrived, videoFailed } from '../videos/arrival.ts';
import { type StagedVideo, stageVideo } from '../videos/receiving.ts';
import { maxBytesOf } from './max-bytes.ts';
import type { UploadRow, UploadStatus } from './upload-row.ts';
import { lockUploads, setFailed, setReceived } from './uploads.repository.ts';

/** The outcome for the bytes. */
export type Reception =
  | { kind: 'received' }
  /** The bytes cannot be used; the upload is FAILED, with everything that waited for it. */
  | { kind: 'failed'; failure: Failure }
  /** Nothing was changed: the plan's storage is full. */
  | { kind: 'over quota'; message: string }
  /** Nothing was changed: the upload is not awaited; null: it does not exist. */
  | { kind: 'not awaited'; status: UploadStatus | null };

type ReceiveResources = Pick<Resources, 'db' | 'config' | 'hints'> & { blobs: Pick<BlobStore, 'stage'> };

/**
 * Receives the bytes of an upload. Size and sha256 are computed while they stream, then their header is read. One transaction then
 * stores them, makes their image READY and queues the analyses that wait for it; a video is probed first. A stream that is interrupted changes nothing; the
 * client may send the bytes again.
 * @param upload as it was found; its state at the end of the stream is read again.
 * @throws the error of the stream.
 */
export async function receiveUpload(app: ReceiveResources, upload: UploadRow, bytes: Readable): Promise<Reception> {
  const received = await stageUpload(app, upload, bytes);
  try {
    const outcome = await inLogOrder(app.db, (trx) => settle(trx, upload, received));
    app.hints.eventsWritten();
    return outcome;
  } finally {
    await discard(received);
  }
}

/** Makes an awaited upload FAILED, with everything that waits for it. */
export async function failUpload(
  { db, hints }: Pick<Resources, 'db' | 'hints'>,
  { id, organization_id }: UploadRow,
  failure: Failure,
): Promise<void> {
  await inLogOrder(db, async (trx) => {
    const [upload] = await lockUploads(trx, organization_id, [id]);
    if (upload?.status === 'AWAITING_UPLOAD') await fail(trx, upload, failure);
  });
  hints.eventsWritten();
}

type StagedUpload = Staged | StagedVideo;

async function discard(received: StagedUpload | Rejected): Promise<void> {
  if (received.kind === 'staged') await received.staged.discard();
}

/** Compares the bytes with what was announced. */
async function stageUpload(
  app: ReceiveResources,
  upload: UploadRow,
  bytes: Readable,
): Promise<StagedUpload | Rejected> {
  const received = namedVideoType(upload.mime_type)
    ? await stageVideoUpload(app, upload, bytes)
    : await stagePictureUpload(app, upload, bytes);
  if (received.kind === 'rejected')
    return isLongerThanSaid(upload, received) ? rejected(upload, longer(upload)) : received;
  const mismatch = findMismatch(upload, received);
  if (mismatch === null) return received;
  await discard(received);
  return rejected(upload, mismatch);
}

function stagePictureUpload(app: ReceiveResources, upload: UploadRow, bytes: Readable): Promise<Staged | Rejected> {
  const config = { ...app.config, maxUploadBytes: atMostAnnounced(upload, app.config.maxUploadBytes) };
  return stagePicture({ ...app, config }, upload.organization_id, () => bytes, upload.filename);
}

async function stageVideoUpload(app: ReceiveResources, upload: UploadRow, bytes: Readable) {
  const { organization_id: organizationId, filename } = upload;
  const maxBytes = atMostAnnounced(upload, await maxBytesOf(app, upload));
  return stageVideo(app, organizationId, bytes, { filename, maxBytes });
}

/** Not a byte more than was announced. */
function atMostAnnounced({ byte_size }: UploadRow, maxBytes: number): number {
  return Math.min(byte_size ?? Number.POSITIVE_INFINITY, maxBytes);
}

function isLongerThanSaid({ byte_size }: UploadRow, { failure }: Rejected): boolean {
  return byte_size !== null && failure.code === 'FILE_TOO_LARGE';
}

function rejected({ filename }: UploadRow, fault: UnusablePictureError): Rejected {
  return rejectedPicture(fault, filename);
}

function longer({ byte_size }: UploadRow): UnusablePictureError {
  return new UnusablePictureError('CHECKSUM_MISMATCH', `More bytes arrived than the ${byte_size} that were announced.`);
}

/** What differs from what was announced; null: nothing. */
function findMismatch(upload: UploadRow, { staged, header }: StagedUpload): UnusablePictureError | null {
  if (upload.byte_size !== null && staged.byteSize !== upload.byte_size)
    return new UnusablePictureError(
      'CHECKSUM_MISMATCH',
      `${staged.byteSize} bytes arrived; ${upload.byte_size} were announced.`,
    );
  if (upload.sha256 !== null && staged.sha256 !== upload.sha256)
    return new UnusablePictureError(
      'CHECKSUM_MISMATCH',
      `The SHA-256 of the bytes is ${staged.sha256}; ${upload.sha256} was announced.`,
    );
  if (isAnnounced(upload, header.mimeType)) return null;
  return new UnusablePictureError(
    'UNSUPPORTED_MEDIA',
    `The bytes are ${header.mimeType}; ${upload.mime_type} was announced.`,
  );
}

function isAnnounced({ mime_type }: UploadRow, found: string): boolean {
  const [announced, video] = [namedVideoType(mime_type), namedVideoType(found)];
  if (announced && video) return areRelated(announced, video);
  return namedMediaType(mime_type) === found;
}

async function settle(trx: Transaction<DB>, { id, organization_id }: UploadRow, received: StagedUpload | Rejected) {
  // The plan is locked before uploads, as in submissions.
  const [overQuota] = await findOverQuota(trx, organization_id, [received]);
  const [upload] = await lockUploads(trx, organization_id, [id]);
  if (upload?.status !== 'AWAITING_UPLOAD')
    return { kind: 'not awaited', status: upload?.status ?? null } satisfies Reception;
  if (overQuota) return { kind: 'over quota', message: overQuota.message } satisfies Reception;
  if (received.kind === 'rejected') return fail(trx, upload, received.failure);
  return keep(trx, upload, received);
}

async function fail(trx: Transaction<DB>, upload: UploadRow, failure: Failure): Promise<Reception> {
  await setFailed(trx, upload.organization_id, upload.id, failure);
  if (upload.image_id !== null) await imageFailed(trx, upload.organization_id, upload.image_id, failure);
  if (upload.video_id !== null) await videoFailed(trx, upload.organization_id, upload.video_id, failure);
  return { kind: 'failed', failure };
}

async function keep(trx: Transaction<DB>, upload: UploadRow, received: StagedUpload): Promise<Reception> {
  const { header, staged } = received;
  const bytes = { sha256: staged.sha256, recordedAt: 'recordedAt' in header ? header.recordedAt : null };
  const { id, organization_id: organizationId, image_id: imageId, video_id: videoId } = upload;
  await storeBlobs(trx, organizationId, [received]);
  await setReceived(trx, organizationId, id, imageId === null && videoId === null ? bytes : null);
  if (imageId !== null) await imageArrived(trx, organizationId, imageId, bytes);
  if (videoId !== null) await videoArrived(trx, organizationId, videoId, staged.sha256);
  return { kind: 'received' };
}
