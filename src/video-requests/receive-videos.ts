import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { namedVideoType } from '../images/header/video-type.ts';
import { receiveUrl } from '../images/receiving/named-url.ts';
import type { Remote } from '../images/receiving/received.ts';
import { type Rejected, rejectedFailed, rejectedUnknown } from '../images/receiving/rejected.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { addArrivalJobs } from '../uploads/arrival-jobs.ts';
import { isDirect } from '../uploads/direct-upload.ts';
import { uploadExpired } from '../uploads/upload-row.ts';
import { findUploads } from '../uploads/uploads.repository.ts';
import { mostVideoBytes, type StagedVideo, stageVideo } from '../videos/receiving.ts';
import { findVideos, type VideoRow } from '../videos/videos.repository.ts';
import type { VideoSource } from './video-input.ts';

/** A source after its bytes were received, as far as they are here. */
export type ReceivedVideo =
  | StagedVideo
  /** A video that already exists. */
  | { kind: 'stored'; video: VideoRow }
  /** An upload, whose bytes have arrived or may still arrive. */
  | { kind: 'uploaded'; uploadId: string }
  | Remote
  | Rejected;

type App = Pick<Resources, 'db' | 'blobs' | 'config'>;

/**
 * Receives the bytes of videos and looks up those that are named. All at once, because a part of a multipart request arrives only after
 * the one before it was read, and the parts may be in another order than the sources.
 * @throws the error of a stream; then nothing that was received is left.
 */
export async function receiveVideos(
  app: App,
  organizationId: string,
  sources: readonly VideoSource[],
): Promise<ReceivedVideo[]> {
  const known = findKnown(app, organizationId, sources);
  const read = onceEach(app, organizationId);
  const outcomes = await Promise.allSettled(
    sources.map(async (source) => ('upload' in source ? read(source.upload) : (await known)(source))),
  );
  const received = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken === undefined) return received;
  await discardVideos(received);
  throw broken.reason;
}

/** Removes bytes that were not kept. */
export async function discardVideos(received: readonly ReceivedVideo[]): Promise<void> {
  await Promise.all(received.map((one) => (one.kind === 'staged' ? one.staged.discard() : undefined)));
}

/** Several variables may refer to one file, whose stream can be read only once. */
function onceEach(app: App, organizationId: string): (file: Promise<FileUpload>) => Promise<StagedVideo | Rejected> {
  const received = new Map<Promise<FileUpload>, Promise<StagedVideo | Rejected>>();
  return (file) => {
    const receiving = received.get(file) ?? receiveFile(app, organizationId, file);
    received.set(file, receiving);
    return receiving;
  };
}

async function receiveFile(app: App, organizationId: string, file: Promise<FileUpload>) {
  const { maxVideoBytes } = await getPlan(app.db, organizationId);
  const { filename, createReadStream } = await file;
  const maxBytes = mostVideoBytes(app.config, maxVideoBytes);
  return stageVideo(app, organizationId, createReadStream(), { filename: filename || null, maxBytes });
}

const notAVideo: Failure = {
  code: 'UNSUPPORTED_MEDIA',
  message: 'The upload is an image. Use it with submitBatch or uploadImages.',
  retryable: false,
};

async function findKnown(app: App, organizationId: string, sources: readonly VideoSource[]) {
  const videos = await findStored(app.db, organizationId, sources);
  const uploads = await findUploaded(app, organizationId, sources);
  return (source: Exclude<VideoSource, { upload: unknown }>): ReceivedVideo => {
    if ('url' in source) return receiveUrl(source.url, app.config.urlIngest);
    if ('videoId' in source) {
      const video = videos.get(source.videoId.uuid ?? '');
      return video ? { kind: 'stored', video } : rejectedUnknown(source.videoId.text);
    }
    const { uuid, text } = source.uploadId;
    const upload = uploads.get(uuid ?? '');
    if (!upload) return rejectedUnknown(text);
    if (namedVideoType(upload.mime_type) === null) return rejectedFailed(text, notAVideo);
    const failure = upload.status === 'EXPIRED' ? uploadExpired : readFailure(upload);
    return failure === null ? { kind: 'uploaded', uploadId: upload.id } : rejectedFailed(text, failure);
  };
}

async function findStored(db: Kysely<DB>, organizationId: string, sources: readonly VideoSource[]) {
  const ids = uuidsOf(sources.flatMap((source): GivenId[] => ('videoId' in source ? [source.videoId] : [])));
  const rows = ids.length > 0 ? await findVideos(db, organizationId, ids) : [];
  return new Map(rows.map((row) => [row.id, row]));
}

async function findUploaded({ db, config }: App, organizationId: string, sources: readonly VideoSource[]) {
  const ids = uuidsOf(sources.flatMap((source): GivenId[] => ('uploadId' in source ? [source.uploadId] : [])));
  const rows = ids.length > 0 ? await findUploads(db, organizationId, ids) : [];
  const awaited = rows.filter((row) => row.status === 'AWAITING_UPLOAD' && isDirect(config, row)).map(({ id }) => id);
  // A client that uses it has probably sent it, so the worker checks now instead of later.
  if (awaited.length > 0) await db.transaction().execute((trx) => addArrivalJobs(trx, organizationId, awaited, 0));
  return new Map(rows.map((row) => [row.id, row]));
}
