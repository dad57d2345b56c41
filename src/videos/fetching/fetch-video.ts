import type { Transaction } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../database/types.generated.ts';
import { inLogOrder } from '../../events/order.ts';
import { download } from '../../fetching/download.ts';
import { FetchError } from '../../fetching/fetch-error.ts';
import { storeBlobs } from '../../images/bytes/blobs.repository.ts';
import type { FetchOptions, FetchResources } from '../../images/fetching/fetch-image.ts';
import { receiveUrl } from '../../images/receiving/named-url.ts';
import type { Rejected } from '../../images/receiving/rejected.ts';
import { findOverQuota } from '../../images/receiving/storage-quota.ts';
import { getPlan } from '../../organizations/organizations.repository.ts';
import type { Failure } from '../../shared/failure.ts';
import { StoreUnavailableError } from '../../storage/blob-store.ts';
import { videoArrived, videoFailed } from '../arrival.ts';
import { mostVideoBytes, type StagedVideo, stageVideo } from '../receiving.ts';
import { findVideos } from '../videos.repository.ts';

/** 500 MB in this time are 7 Mbit/s. */
const totalMs = 600_000;

type App = Omit<FetchResources, 'config'> & { config: Pick<Config, 'maxVideoBytes' | 'urlIngest'> };

/**
 * Fetches a FETCHING video. It becomes PROBING, or FAILED together with the analyses that wait for it.
 * @returns whether another attempt makes sense: its URL did not respond, or `signal` was aborted.
 * @throws anything unexpected; in the last attempt the video is FAILED before.
 */
export async function fetchVideo(
  app: App,
  { organizationId, videoId }: { organizationId: string; videoId: string },
  options: FetchOptions,
): Promise<boolean> {
  const [video] = await findVideos(app.db, organizationId, [videoId]);
  if (video?.status !== 'FETCHING') return false;
  const end = (failure: Failure) => settle(app, (trx) => videoFailed(trx, organizationId, videoId, failure));
  let received: StagedVideo | Rejected | null = null;
  try {
    received = await receive(app, organizationId, video.source_url!, options.signal);
    const { kind } = received;
    if (kind === 'rejected') await end(received.failure);
    else await keep(app, organizationId, videoId, received);
    return false;
  } catch (error) {
    if (options.signal?.aborted) return true;
    if (error instanceof FetchError) {
      if (error.retryable && !options.isLast) return true;
      await end(failureOf(error));
      return false;
    }
    if (options.isLast && !(options.mayWait && error instanceof StoreUnavailableError)) await end(internalFailure);
    throw error;
  } finally {
    if (received?.kind === 'staged') await received.staged.discard();
  }
}

async function receive(
  app: App,
  organizationId: string,
  url: string,
  signal: AbortSignal | undefined,
): Promise<StagedVideo | Rejected> {
  // The setting under which the api allowed the URL may be different here, or may have changed.
  const allowed = receiveUrl(url, app.config.urlIngest);
  if (allowed.kind === 'rejected') return allowed;
  const { maxVideoBytes } = await getPlan(app.db, organizationId);
  const body = await download(new URL(url), {
    policy: app.config.urlIngest!,
    network: app.network,
    signal,
    totalMs,
    accept: 'video/*',
  });
  const maxBytes = mostVideoBytes(app.config, maxVideoBytes);
  return stageVideo(app, organizationId, body, { filename: null, maxBytes });
}

/** The bytes are here: the video is PROBING, or FAILED if they do not fit into the plan's storage. */
function keep(app: App, organizationId: string, videoId: string, received: StagedVideo): Promise<void> {
  return settle(app, async (trx) => {
    const [overQuota] = await findOverQuota(trx, organizationId, [received]);
    if (overQuota) {
      const failure: Failure = { code: 'DOWNLOAD_FAILED', message: overQuota.message, retryable: true };
      return videoFailed(trx, organizationId, videoId, failure);
    }
    await storeBlobs(trx, organizationId, [received]);
    return videoArrived(trx, organizationId, videoId, received.staged.sha256);
  });
}

async function settle({ db, hints }: App, change: (trx: Transaction<DB>) => Promise<boolean>): Promise<void> {
  await inLogOrder(db, change);
  hints.eventsWritten();
}

function failureOf({ code, message, retryable }: FetchError): Failure {
  return { code, message: code === 'DOWNLOAD_FAILED' ? notDownloaded : message, retryable };
}

const notDownloaded =
  'The video could not be downloaded. Make sure that the URL returns status 200 and the file to anyone on the internet within 10 minutes.';

const internalFailure: Failure = {
  code: 'INTERNAL',
  message: 'The server failed; the video is not at fault. Submit it again.',
  retryable: true,
};
