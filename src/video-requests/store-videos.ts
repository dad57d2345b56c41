import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { encodeId, newId } from '../ids.ts';
import { storeBlobs } from '../images/bytes/blobs.repository.ts';
import { findOverQuota } from '../images/receiving/storage-quota.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import { type UploadRow, uploadExpired } from '../uploads/upload-row.ts';
import { attachVideo, lockUploads } from '../uploads/uploads.repository.ts';
import { NotFoundError } from '../user-error.ts';
import { addProbe } from '../videos/arrival.ts';
import { addFetchJob } from '../videos/fetching/fetch-jobs.ts';
import { insertVideo } from '../videos/life.repository.ts';
import type { VideoStatus } from '../videos/life.ts';
import { lockVideo } from '../videos/videos.repository.ts';
import type { ReceivedVideo } from './receive-videos.ts';
import type { VideoFields } from './video-input.ts';

/** The video that a received source became: a new one, or one that already existed. */
export interface TargetVideo {
  videoId: string;
  status: VideoStatus;
  /** The failure if it is FAILED; otherwise null. */
  failure: Failure | null;
}

/**
 * Creates videos from received sources, in the caller's transaction, and the jobs that read their headers. An existing video does not
 * change; all uses of one upload share one video.
 * @returns the video of each, in the given order
 * @throws QuotaExceededError if they do not all fit into the plan's storage
 */
export async function storeVideos(
  trx: Transaction<DB>,
  organizationId: string,
  videos: readonly { received: ReceivedVideo; fields: VideoFields }[],
): Promise<TargetVideo[]> {
  const staged = videos.flatMap(({ received }) => (received.kind === 'staged' ? [received] : []));
  for (const error of await findOverQuota(trx, organizationId, staged)) if (error) throw error;
  const uploadIds = videos.flatMap(({ received }) => (received.kind === 'uploaded' ? [received.uploadId] : []));
  const uploads = new Map((await lockUploads(trx, organizationId, uploadIds)).map((row) => [row.id, row]));
  await storeBlobs(trx, organizationId, staged);
  const targets: TargetVideo[] = [];
  for (const { received, fields } of videos)
    targets.push(await storeVideo(trx, organizationId, received, fields, uploads));
  return targets;
}

async function storeVideo(
  trx: Transaction<DB>,
  organizationId: string,
  received: ReceivedVideo,
  fields: VideoFields,
  uploads: Map<string, UploadRow>,
): Promise<TargetVideo> {
  const insert = async (from: Origin): Promise<TargetVideo> => {
    const id = newId();
    await insertVideo(trx, organizationId, { id, ...from, ...fields });
    if (from.status === 'PROBING') await addProbe(trx, organizationId, id);
    if (from.status === 'FETCHING') await addFetchJob(trx, organizationId, id);
    return { videoId: id, status: from.status, failure: from.failure };
  };
  if (received.kind === 'stored') return targetOf(trx, organizationId, received.video.id);
  if (received.kind === 'rejected') {
    const { failure, filename } = received;
    return insert({ ...nowhere, status: 'FAILED', failure, filename });
  }
  if (received.kind === 'staged') {
    const { staged, filename } = received;
    return insert({ ...nowhere, status: 'PROBING', sha256: staged.sha256, filename });
  }
  if (received.kind === 'remote') return insert({ ...nowhere, status: 'FETCHING', sourceUrl: received.url });
  const upload = uploads.get(received.uploadId);
  if (upload?.video_id) return targetOf(trx, organizationId, upload.video_id);
  const target = await insert(originOf(upload));
  if (upload && target.failure === null) {
    await attachVideo(trx, organizationId, upload.id, target.videoId);
    // A later one of this request may be the same upload.
    uploads.set(upload.id, { ...upload, video_id: target.videoId });
  }
  return target;
}

/** Where the bytes of a new video are. */
interface Origin {
  status: VideoStatus;
  failure: Failure | null;
  sha256: string | null;
  sourceUrl: string | null;
  filename: string | null;
}

const nowhere = { failure: null, sha256: null, sourceUrl: null, filename: null };

/** @param upload undefined: it existed a moment ago. */
function originOf(upload: UploadRow | undefined): Origin {
  const failure = !upload || upload.status === 'EXPIRED' ? uploadExpired : readFailure(upload);
  const filename = upload?.filename ?? null;
  if (failure !== null) return { ...nowhere, status: 'FAILED', failure, filename };
  const sha256 = upload?.blob_sha256 ?? null;
  return { ...nowhere, status: sha256 === null ? 'AWAITING_UPLOAD' : 'PROBING', sha256, filename };
}

/** Locked, so that nothing arrives and nobody deletes it meanwhile. */
async function targetOf(trx: Transaction<DB>, organizationId: string, videoId: string): Promise<TargetVideo> {
  const row = await lockVideo(trx, organizationId, videoId);
  if (!row) throw new NotFoundError(encodeId('video', videoId));
  return { videoId, status: row.status, failure: readFailure(row) };
}
