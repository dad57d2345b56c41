import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { receiveUrl } from '../images/receiving/named-url.ts';
import { discardAll, type Received, type StagedOrRejected } from '../images/receiving/received.ts';
import { stagePicture } from '../images/receiving/stage-picture.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { decodeBase64 } from './base64.ts';
import type { ImageSource } from './image-source.ts';
import { findStored, findUploaded } from './named-sources.ts';

export interface IntakeResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels' | 'urlIngest' | 'uploadsDirect'>;
}

/**
 * Receives the pictures of one request, in the order of `sources`. A fault of one picture is its `rejected` and does not affect the
 * others. Keep the staged ones with `storeBlobs` in a transaction, or `discardAll` of them.
 * @throws errors of the request itself (the client disconnected, the disk is full); then nothing is left.
 */
export async function receiveImages(
  app: IntakeResources,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<Received[]> {
  const receiveBytes = onceEach(app, organizationId);
  const stored = findStored(app.db, organizationId, sources);
  const uploaded = findUploaded(app, organizationId, sources);
  // All are awaited at once: a part of a multipart request arrives only after the previous part was read, and parts may be in
  // another order than `sources`. Awaiting them in the order of `sources` could wait for ever.
  const outcomes = await Promise.allSettled(
    sources.map(async (source): Promise<Received> => {
      if ('imageId' in source) return (await stored)(source.imageId);
      if ('uploadId' in source) return (await uploaded)(source.uploadId);
      if ('url' in source) return receiveUrl(source.url, app.config.urlIngest);
      return receiveBytes('upload' in source ? source.upload : source.base64);
    }),
  );
  const received = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken === undefined) return received;
  await discardAll(received);
  throw broken.reason;
}

/** Several variables may refer to one file, whose stream can be read only once. */
function onceEach(
  app: IntakeResources,
  organizationId: string,
): (bytes: Promise<FileUpload> | string) => Promise<StagedOrRejected> {
  const received = new Map<Promise<FileUpload> | string, Promise<StagedOrRejected>>();
  return (bytes) => {
    const known = received.get(bytes);
    if (known) return known;
    const receiving =
      typeof bytes === 'string' ? receiveBase64(app, organizationId, bytes) : receiveUpload(app, organizationId, bytes);
    received.set(bytes, receiving);
    return receiving;
  };
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
