import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import { download } from '../../fetching/download.ts';
import { FetchError } from '../../fetching/fetch-error.ts';
import type { FetchNetwork } from '../../fetching/network.ts';
import type { Failure } from '../../shared/failure.ts';
import { type BlobStore, StoreUnavailableError } from '../../storage/blob-store.ts';
import { findImages } from '../images.repository.ts';
import { receiveUrl } from '../receiving/named-url.ts';
import { discardAll, type Staged } from '../receiving/received.ts';
import type { Rejected } from '../receiving/rejected.ts';
import { failAwaited, settleAwaited } from '../receiving/settle-awaited.ts';
import { stagePicture } from '../receiving/stage-picture.ts';

/** As the message of DOWNLOAD_FAILED says. */
const totalMs = 20_000;

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
    await settleAwaited(app, image, received);
    return null;
  } catch (error) {
    if (options.signal?.aborted) return { id: image.imageId, url };
    if (error instanceof FetchError) {
      if (error.retryable && !options.isLast) return { id: image.imageId, url };
      await failAwaited(app, image, failureOf(error));
      return null;
    }
    const waits = options.mayWait && error instanceof StoreUnavailableError;
    if (options.isLast && !waits) await failAwaited(app, image, internalFailure);
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
  const body = await download(new URL(url), {
    policy: app.config.urlIngest!,
    network: app.network,
    signal,
    totalMs,
    accept: 'image/*',
  });
  return stagePicture(app, organizationId, () => body, null);
}

function failureOf({ code, message, retryable }: FetchError): Failure {
  return { code, message, retryable };
}

const internalFailure: Failure = {
  code: 'INTERNAL',
  message: 'The server failed; the image is not at fault. Submit it again.',
  retryable: true,
};
