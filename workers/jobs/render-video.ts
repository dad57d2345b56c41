import type { Kysely } from 'kysely';
import type { DB } from '../../src/database/types.generated.ts';
import { renderVideoJob } from '../../src/jobs/definitions.ts';
import { getPlan } from '../../src/organizations/organizations.repository.ts';
import { posterSeconds, toMs, type VideoPicture, videoPictureName } from '../../src/pictures/video-picture.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { type BlobKey, findLocalFile } from '../../src/storage/blob-store.ts';
import { findBestSighting } from '../../src/video-analyses/video-analyses.repository.ts';
import { findVideos } from '../../src/videos/videos.repository.ts';
import { failedOutcome } from '../analysis-outcome.ts';
import { frameAt } from '../decoder/frame-at.ts';
import type { VideoFrame } from '../decoder/video.ts';
import type { View } from '../engines/protocol/renditions.ts';
import type { JobHandler } from '../job-handler.ts';
import { makePicture } from '../make-picture.ts';
import type { WorkerResources } from '../resources.ts';
import { limitsOf } from '../videos/decoding-limits.ts';
import { toVideoFailure } from '../videos/video-outcome.ts';

/** Makes a picture of a frame of a video that a request waits for. */
export function renderVideoHandler(resources: WorkerResources): JobHandler<typeof renderVideoJob> {
  const { db, engines } = resources;
  return async ({ organizationId, videoId, picture }, { job }) => {
    const [video] = await findVideos(db, organizationId, [videoId]);
    if (!video?.sha256) return;
    const key = { organizationId, sha256: video.sha256 };
    const { size, format, blur = null } = picture;
    await makePicture(
      resources,
      { key, name: videoPictureName(picture), size, format },
      async (rendition) => {
        const view = await findVideoView(db, organizationId, picture);
        if (view === undefined) return null;
        const frame =
          picture.kind === 'poster'
            ? await decodePoster(resources, key, posterSeconds(video.header_seconds))
            : await decode(resources, key, picture.timeMs / 1_000);
        if (frame === null) return null;
        if ('code' in frame) return failedOutcome(frame);
        const { width, height, pixels: rgb } = frame;
        const { enginePriority: priority } = renderVideoJob;
        const shown = { frame: { width, height, rgb }, renditions: [rendition], view, blur };
        return engines.renderFrame({ id: videoId, priority, ...shown });
      },
      { job, subject: { videoId } },
    );
  };
}

/** @returns null: the whole frame; undefined: there is nothing to show, because the analysis was deleted or has found a better sighting. */
async function findVideoView(
  db: Kysely<DB>,
  organizationId: string,
  picture: VideoPicture,
): Promise<View | null | undefined> {
  if (picture.kind !== 'track') return null;
  const best = await findBestSighting(db, organizationId, picture.analysisId, picture.track);
  if (best === null || toMs(best.timeSeconds) !== picture.timeMs) return undefined;
  const [x, y, width, height] = best.box;
  return { kind: 'regions', boxes: [{ x, y, width, height }] };
}

/** Where there is no frame, because the header lies or the end is cut off, the first one stands for the video. */
async function decodePoster(resources: WorkerResources, key: BlobKey, timeSeconds: number) {
  return (await decode(resources, key, timeSeconds)) ?? decode(resources, key, 0);
}

/** @returns null: the video has been deleted, or has no frame there. */
async function decode(
  { db, blobs, config, logger }: WorkerResources,
  key: BlobKey,
  timeSeconds: number,
): Promise<VideoFrame | Failure | null> {
  const file = await findLocalFile(blobs, key);
  if (file === null) return null;
  const { maxVideoSeconds } = await getPlan(db, key.organizationId);
  try {
    return await frameAt(file, timeSeconds, limitsOf(config, maxVideoSeconds));
  } catch (error) {
    return toVideoFailure(error, logger);
  }
}
