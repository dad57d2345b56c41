import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { receiveUrl } from '../images/receiving/named-url.ts';
import { onceEach, receiveAll } from '../images/receiving/receive-all.ts';
import type { Received, StagedOrRejected } from '../images/receiving/received.ts';
import { stagePicture } from '../images/receiving/stage-picture.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { findNamedUploads } from '../uploads/named-uploads.ts';
import { decodeBase64 } from './base64.ts';
import type { ImageSource } from './image-source.ts';
import { findStored } from './stored-sources.ts';

export interface IntakeResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels' | 'urlIngest' | 'uploadsDirect'>;
}

/**
 * Receives the pictures of one request, in the order of `sources`. A fault of one picture is its `rejected` and does not affect the
 * others. Keep the staged ones with `storeBlobs` in a transaction, or `discardAll` of them.
 * @throws errors of the request itself; then nothing is left.
 */
export async function receiveImages(
  app: IntakeResources,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<Received[]> {
  const receiveBytes = onceEach((bytes: Promise<FileUpload> | string) =>
    typeof bytes === 'string' ? receiveBase64(app, organizationId, bytes) : receiveUpload(app, organizationId, bytes),
  );
  const stored = findStored(app.db, organizationId, sources);
  const uploads = sources.flatMap((source) => ('uploadId' in source ? [source.uploadId] : []));
  const uploaded = findNamedUploads(app, organizationId, uploads, 'image');
  return receiveAll(sources, async (source): Promise<Received> => {
    if ('imageId' in source) return (await stored)(source.imageId);
    if ('uploadId' in source) return (await uploaded)(source.uploadId);
    if ('url' in source) return receiveUrl(source.url, app.config.urlIngest);
    return receiveBytes('upload' in source ? source.upload : source.base64);
  });
}

async function receiveUpload(
  app: IntakeResources,
  organizationId: string,
  upload: Promise<FileUpload>,
): Promise<StagedOrRejected> {
  const { filename, createReadStream } = await upload;
  return stagePicture(app, organizationId, () => createReadStream(), filename || null);
}

function receiveBase64(app: IntakeResources, organizationId: string, text: string): Promise<StagedOrRejected> {
  return stagePicture(app, organizationId, () => decodeBase64(text, app.config.maxUploadBytes), null);
}

/** Identifies a picture in the hash of a request: the same for the same bytes, as a file or as base64. */
export function identityOf(source: ImageSource, received: Received): object {
  if (!('upload' in source) && !('base64' in source)) return source;
  if (received.kind === 'staged') return { sha256: received.staged.sha256 };
  if (received.kind === 'rejected') return { refused: received.failure.code, sha256: received.sha256 };
  throw new Error('What is sent as bytes is never an image that was stored before.');
}
