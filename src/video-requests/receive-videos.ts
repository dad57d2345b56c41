import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { receiveUrl } from '../images/receiving/named-url.ts';
import { onceEach, receiveAll } from '../images/receiving/receive-all.ts';
import type { Remote, Uploaded } from '../images/receiving/received.ts';
import { type Rejected, rejectedUnknown } from '../images/receiving/rejected.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { findNamedUploads } from '../uploads/named-uploads.ts';
import { mostVideoBytes, type StagedVideo, stageVideo } from '../videos/receiving.ts';
import { findVideos, type VideoRow } from '../videos/videos.repository.ts';
import type { VideoSource } from './video-input.ts';

/** A video that already exists. */
interface StoredVideo {
  kind: 'stored';
  video: VideoRow;
}

/** A source of a video after its bytes were received, as far as they are here. */
export type ReceivedVideo = StagedVideo | StoredVideo | Uploaded | Remote | Rejected;

type App = Pick<Resources, 'db' | 'blobs' | 'config'>;

/**
 * Receives the videos of one request, in the order of `sources`. A fault of one video is its `rejected` and does not affect the others.
 * Keep the staged ones with `storeVideos`, or `discardAll` of them.
 * @throws errors of the request itself; then nothing is left.
 */
export function receiveVideos(
  app: App,
  organizationId: string,
  sources: readonly VideoSource[],
): Promise<ReceivedVideo[]> {
  const receiveFile = onceEach((file: Promise<FileUpload>) => receiveUpload(app, organizationId, file));
  const stored = findStored(app.db, organizationId, sources);
  const uploads = sources.flatMap((source): GivenId[] => ('uploadId' in source ? [source.uploadId] : []));
  const uploaded = findNamedUploads(app, organizationId, uploads, 'video');
  return receiveAll(sources, async (source): Promise<ReceivedVideo> => {
    if ('videoId' in source) return (await stored)(source.videoId);
    if ('uploadId' in source) return (await uploaded)(source.uploadId);
    if ('url' in source) return receiveUrl(source.url, app.config.urlIngest);
    return receiveFile(source.upload);
  });
}

async function receiveUpload(app: App, organizationId: string, upload: Promise<FileUpload>) {
  const { maxVideoBytes } = await getPlan(app.db, organizationId);
  const { filename, createReadStream } = await upload;
  const maxBytes = mostVideoBytes(app.config, maxVideoBytes);
  return stageVideo(app, organizationId, createReadStream(), { filename: filename || null, maxBytes });
}

/** Looks up all video ids at once. */
async function findStored(
  db: Kysely<DB>,
  organizationId: string,
  sources: readonly VideoSource[],
): Promise<(given: GivenId) => StoredVideo | Rejected> {
  const ids = uuidsOf(sources.flatMap((source): GivenId[] => ('videoId' in source ? [source.videoId] : [])));
  const rows = ids.length > 0 ? await findVideos(db, organizationId, ids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ text, uuid }) => {
    const video = byId.get(uuid ?? '');
    return video ? { kind: 'stored', video } : rejectedUnknown(text);
  };
}
