import type { Kysely, Transaction } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { inLogOrder } from '../../events/order.ts';
import { download } from '../../fetching/download.ts';
import { FetchError } from '../../fetching/fetch-error.ts';
import type { FetchNetwork } from '../../fetching/network.ts';
import type { Failure } from '../../shared/failure.ts';
import { type BlobStore, StoreUnavailableError } from '../../storage/blob-store.ts';
import { imageArrived, imageFailed } from '../arrival.ts';
import { storeBlobs } from '../bytes/blobs.repository.ts';
import { findImages } from '../images.repository.ts';
import { receiveUrl } from '../receiving/named-url.ts';
import { discardAll, type Staged } from '../receiving/received.ts';
import type { Rejected } from '../receiving/rejected.ts';
import { stagePicture } from '../receiving/stage-picture.ts';
import { findOverQuota } from '../receiving/storage-quota.ts';

export interface FetchResources {
  db: Kysely<DB>;
  blobs: BlobStore;
  config: Pick<Config, 'maxUploadBytes' | 'maxImagePixels' | 'urlIngest'>;
  hints: Hints;
  network: FetchNetwork;
}

export interface FetchOptions {
  /** No further attempt follows: even a temporary failure makes the image FAILED. */
  isLast: boolean;
  /** Another attempt follows after an error of ours: an unreachable store is no reason to fail the image. */
  mayWait: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Fetches the picture of a FETCHING image. It becomes READY, and what waits for it can be claimed, or FAILED together with what
 * waits for it.
 * @returns the image if another attempt makes sense: its URL did not respond, or `signal` was aborted.
 * @throws anything unexpected; in the last attempt the image is FAILED before.
 */
export async function fetchImage(
  app: FetchResources,
  image: { organizationId: string; imageId: string },
  options: FetchOptions,
): Promise<{ id: string; url: string } | null> {
  const [row] = await findImages(app.db, image.organizationId, [image.imageId]);
  if (row?.status !== 'FETCHING') return null;
  const url = row.source_url!;
  let received: Staged | Rejected | null = null;
  try {
    received = await receive(app, image.organizationId, url, options.signal);
    await settle(app, image, received);
    return null;
  } catch (error) {
    if (options.signal?.aborted) return { id: image.imageId, url };
    if (error instanceof FetchError) {
      if (error.retryable && !options.isLast) return { id: image.imageId, url };
      await fail(app, image, failureOf(error));
      return null;
    }
    const waits = options.mayWait && error instanceof StoreUnavailableError;
    if (options.isLast && !waits) await fail(app, image, internalFailure);
    throw error;
  } finally {
    if (received) await discardAll([received]);
  }
}

async function receive(
  app: FetchResources,
  organizationId: string,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Staged | Rejected> {
  // The setting under which the api allowed the URL may be different here, or may have changed.
  const allowed = receiveUrl(url, app.config.urlIngest);
  if (allowed.kind === 'rejected') return allowed;
  const body = await download(new URL(url), { policy: app.config.urlIngest!, network: app.network, signal });
  return stagePicture(app, organizationId, () => body, null);
}

async function settle(
  app: FetchResources,
  { organizationId, imageId }: { organizationId: string; imageId: string },
  received: Staged | Rejected,
): Promise<void> {
  await inLogOrder(app.db, async (trx) => {
    if (received.kind === 'rejected') return imageFailed(trx, organizationId, imageId, received.failure);
    return keep(trx, organizationId, imageId, received);
  });
  app.hints.eventsWritten();
}

async function keep(trx: Transaction<DB>, organizationId: string, imageId: string, received: Staged): Promise<boolean> {
  const [overQuota] = await findOverQuota(trx, organizationId, [received]);
  if (overQuota) {
    const failure: Failure = { code: 'DOWNLOAD_FAILED', message: overQuota.message, retryable: true };
    return imageFailed(trx, organizationId, imageId, failure);
  }
  await storeBlobs(trx, organizationId, [received]);
  const { staged, header } = received;
  return imageArrived(trx, organizationId, imageId, { sha256: staged.sha256, recordedAt: header.recordedAt });
}

async function fail(
  app: FetchResources,
  { organizationId, imageId }: { organizationId: string; imageId: string },
  failure: Failure,
): Promise<void> {
  await inLogOrder(app.db, (trx) => imageFailed(trx, organizationId, imageId, failure));
  app.hints.eventsWritten();
}

function failureOf({ code, message, retryable }: FetchError): Failure {
  return { code, message, retryable };
}

const internalFailure: Failure = {
  code: 'INTERNAL',
  message: 'The server failed; the image is not at fault. Submit it again.',
  retryable: true,
};
