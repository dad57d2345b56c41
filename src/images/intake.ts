import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { readFailure } from '../failure.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { type BlobStore, BlobTooLargeError, type StagedBlob } from '../storage/blob-store.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { decodeBase64 } from './base64.ts';
import type { ImageHeader } from './header.ts';
import { findImageSources } from './images.repository.ts';
import { type Refused, refusedFailed, refusedPicture, refusedUnknown } from './refused.ts';
import { readStagedHeader } from './staged-header.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** Where the bytes of a picture come from. */
export type ImageSource = { upload: Promise<FileUpload> } | { base64: string } | { imageId: GivenId };

/** Bytes that have arrived and look like a picture; nobody's yet. */
export interface Staged {
  kind: 'staged';
  staged: StagedBlob;
  header: ImageHeader;
  /** As the client named it; never a path. */
  filename: string | null;
}

/** An image that is here already. */
export interface Stored {
  kind: 'stored';
  imageId: string;
}

export type Received = Staged | Stored | Refused;

type StagedOrRefused = Staged | Refused;

export interface IntakeResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels'>;
}

/**
 * Takes in the pictures of one request, in the order of `sources`. What is wrong with one picture is its own `refused`
 * and stops no other. Keep the staged ones with `storeBlobs` in a transaction, or `discardAll` of them.
 * @throws what goes wrong with the request itself (the client hung up, the disk is full); then nothing is left behind.
 */
export async function receiveImages(
  app: IntakeResources,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<Received[]> {
  const receiveBytes = onceEach(app);
  const stored = receiveStored(app.db, organizationId, sources);
  // All are listened to at once: a part of a multipart request arrives only when the one before it on the wire was read,
  // and the wire has its own order. Awaiting them in the order of `sources` would wait for ever.
  const outcomes = await Promise.allSettled(
    sources.map(async (source): Promise<Received> => {
      if ('imageId' in source) return (await stored)(source.imageId);
      return receiveBytes('upload' in source ? source.upload : source.base64);
    }),
  );
  const received = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken === undefined) return received;
  await discardAll(received);
  throw broken.reason;
}

/** Removes the bytes that were not kept. Does nothing to those that were. */
export async function discardAll(received: readonly Received[]): Promise<void> {
  await Promise.all(received.map((one) => (one.kind === 'staged' ? one.staged.discard() : undefined)));
}

/** One file may stand at several places of the variables; its stream can be read only once. */
function onceEach(app: IntakeResources): (bytes: Promise<FileUpload> | string) => Promise<StagedOrRefused> {
  const received = new Map<Promise<FileUpload> | string, Promise<StagedOrRefused>>();
  return (bytes) => {
    const known = received.get(bytes);
    if (known) return known;
    const receiving = typeof bytes === 'string' ? receiveBase64(app, bytes) : receiveUpload(app, bytes);
    received.set(bytes, receiving);
    return receiving;
  };
}

async function receiveUpload(app: IntakeResources, upload: Promise<FileUpload>): Promise<StagedOrRefused> {
  const { filename, createReadStream } = await upload;
  return stage(app, () => createReadStream(), filename || null);
}

function receiveBase64(app: IntakeResources, text: string): Promise<StagedOrRefused> {
  return stage(app, () => decodeBase64(text, app.config.maxUploadBytes), null);
}

async function stage(
  { blobs, config }: IntakeResources,
  openStream: () => Readable & { truncated?: boolean },
  filename: string | null,
): Promise<StagedOrRefused> {
  let staged: StagedBlob | undefined;
  try {
    const bytes = openStream();
    staged = await blobs.stage(bytes, { maxBytes: config.maxUploadBytes });
    // The multipart parser ends a file at its own limit without an error; what came then is only a part of it.
    if (bytes.truncated) throw new BlobTooLargeError(config.maxUploadBytes);
    const header = await readStagedHeader(staged, config.maxImagePixels);
    return { kind: 'staged', staged, header, filename };
  } catch (error) {
    await staged?.discard();
    if (error instanceof UnusablePictureError) return refusedPicture(error, filename, staged?.sha256);
    if (error instanceof BlobTooLargeError) return refusedPicture(tooLarge(error.limitBytes), filename);
    throw error;
  }
}

function tooLarge(limitBytes: number): UnusablePictureError {
  const message = `The file is larger than ${limitBytes} bytes, the most that is taken. Send a smaller one.`;
  return new UnusablePictureError('FILE_TOO_LARGE', message, limitBytes);
}

/** Looks all image ids up at once and answers for each. */
async function receiveStored(
  db: Kysely<DB>,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<(given: GivenId) => Stored | Refused> {
  const given = sources.flatMap((source) => ('imageId' in source ? [source.imageId] : []));
  const uuids = uuidsOf(given);
  const rows = uuids.length > 0 ? await findImageSources(db, organizationId, uuids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ text, uuid }) => {
    const row = uuid === null ? undefined : byId.get(uuid);
    if (!row) return refusedUnknown(text);
    const failure = readFailure(row);
    return failure === null ? { kind: 'stored', imageId: row.id } : refusedFailed(text, failure);
  };
}
