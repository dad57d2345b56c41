import type { Config } from '../../config.ts';
import type { FetchAttempt } from '../../fetching/attempts.ts';
import { type FetchResources, fetchNamed } from '../../images/fetching/fetch-named.ts';
import { getPlan } from '../../organizations/organizations.repository.ts';
import type { BlobStore } from '../../storage/blob-store.ts';
import { videoArrived, videoFailed } from '../arrival.ts';
import { mostVideoBytes, stageVideo } from '../receiving.ts';
import { findVideos } from '../videos.repository.ts';

/** 500 MB in this time are 7 Mbit/s. */
const totalMs = 600_000;

interface App extends FetchResources {
  blobs: BlobStore;
  config: Pick<Config, 'maxVideoBytes' | 'urlIngest'>;
}

/**
 * Fetches a FETCHING video. It becomes PROBING, or FAILED together with the analyses that wait for it.
 * @returns whether another attempt makes sense.
 * @throws as fetchNamed.
 */
export async function fetchVideo(
  app: App,
  { organizationId, videoId }: { organizationId: string; videoId: string },
  attempt: FetchAttempt,
): Promise<boolean> {
  const [video] = await findVideos(app.db, organizationId, [videoId]);
  if (video?.status !== 'FETCHING') return false;
  const { maxVideoBytes } = await getPlan(app.db, organizationId);
  const maxBytes = mostVideoBytes(app.config, maxVideoBytes);
  return fetchNamed(
    app,
    {
      url: video.source_url!,
      noun: 'video',
      totalMs,
      stage: (body) => stageVideo(app, organizationId, body, { filename: null, maxBytes }),
      awaiting: {
        organizationId,
        arrived: (trx, { staged }) => videoArrived(trx, organizationId, videoId, staged.sha256),
        failed: (trx, failure) => videoFailed(trx, organizationId, videoId, failure),
      },
    },
    attempt,
  );
}
