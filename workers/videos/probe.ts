import type { Kysely } from 'kysely';
import type { DB } from '../../src/database/types.generated.ts';
import { inLogOrder } from '../../src/events/order.ts';
import { getPlan } from '../../src/organizations/organizations.repository.ts';
import { type Failure, videoGone } from '../../src/shared/failure.ts';
import { findLocalFile } from '../../src/storage/blob-store.ts';
import { videoFailed, videoProbed } from '../../src/videos/arrival.ts';
import type { VideoHeader } from '../../src/videos/life.repository.ts';
import { findVideos } from '../../src/videos/videos.repository.ts';
import { probeVideo } from '../decoder/open-decoder.ts';
import type { WorkerResources } from '../resources.ts';
import { limitsOf } from './decoding-limits.ts';
import { toVideoFailure } from './video-outcome.ts';

/** Reads the header of a video that is PROBING: it becomes READY, or FAILED with the analyses that wait for it. */
export async function probeStored(resources: WorkerResources, organizationId: string, videoId: string): Promise<void> {
  const { db, hints } = resources;
  const [video] = await findVideos(db, organizationId, [videoId]);
  if (video?.status !== 'PROBING' || video.sha256 === null) return;
  const found = await readHeader(resources, organizationId, video.sha256);
  await inLogOrder(db, (trx) =>
    'failure' in found
      ? videoFailed(trx, organizationId, videoId, found.failure)
      : videoProbed(trx, organizationId, videoId, found.header),
  );
  hints.eventsWritten();
}

async function readHeader(
  { db, blobs, config, logger }: WorkerResources,
  organizationId: string,
  sha256: string,
): Promise<{ header: VideoHeader } | { failure: Failure }> {
  const file = await findLocalFile(blobs, { organizationId, sha256 });
  if (file === null) return { failure: videoGone };
  try {
    return { header: await probeVideo(file, limitsOf(config, await planSeconds(db, organizationId))) };
  } catch (error) {
    return { failure: toVideoFailure(error, logger) };
  }
}

async function planSeconds(db: Kysely<DB>, organizationId: string): Promise<number | null> {
  return (await getPlan(db, organizationId)).maxVideoSeconds;
}
