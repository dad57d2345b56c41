import { renderVideoJob } from '../../jobs/definitions.ts';
import { type PictureOrders, pictureJob } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import { toMs, type VideoPicture, videoPictureName } from '../../pictures/video-picture.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendMade } from './derived.ts';
import { findStoredTrack, findStoredVideo, type StoredVideo } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';
import type { Exchange } from './send-file.ts';

/** `GET|HEAD /frames/<video>?…`: one frame of a video. */
export function createFrameRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'frame', (exchange, { id, parameters: { time, width } }) =>
    sendWhole(app, orders, exchange, { videoId: id, width: width! }, { kind: 'frame', timeMs: Number(time) }),
  );
}

/** `GET|HEAD /posters/<video>?…`: the frame that stands for a video. */
export function createPosterRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'poster', (exchange, { id, parameters: { width } }) =>
    sendWhole(app, orders, exchange, { videoId: id, width: width! }, { kind: 'poster' }),
  );
}

/** `GET|HEAD /tracks/<video analysis>?…`: what a track is, in its best sighting. */
export function createTrackRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'track', async (exchange, { id, parameters }) => {
    const track = Number(parameters.track);
    const found = await findStoredTrack(app.db, id, track);
    if (!found)
      return respondError(
        exchange.res,
        404,
        'NOT_FOUND',
        'This track or its video does not exist; it may have been deleted.',
      );
    const { timeSeconds, box } = found.best;
    await sendPicture(app, orders, exchange, found.video, {
      ...{ kind: 'track', analysisId: id, track, timeMs: toMs(timeSeconds) },
      // Pixels at both edges may belong to it in part.
      size: fitSize(readSize(parameters.width!)!, Math.ceil(box[2]) + 1),
      format: chooseFormat(exchange.req.headers.accept),
    });
  });
}

/** Sends a frame of a video as a whole. */
async function sendWhole(
  app: Resources,
  orders: PictureOrders,
  exchange: Exchange,
  { videoId, width }: { videoId: string; width: string },
  frame: { kind: 'frame'; timeMs: number } | { kind: 'poster' },
): Promise<void> {
  const video = await findStoredVideo(app.db, videoId);
  if (!video)
    return respondError(exchange.res, 404, 'NOT_FOUND', 'This video does not exist; it may have been deleted.');
  const size = readSize(width)!;
  await sendPicture(app, orders, exchange, video, {
    ...frame,
    size: video.width === null ? size : fitSize(size, video.width),
    format: chooseFormat(exchange.req.headers.accept),
  });
}

function sendPicture(
  app: Resources,
  orders: PictureOrders,
  exchange: Exchange,
  { id: videoId, organizationId, sha256, blur }: StoredVideo,
  whole: VideoPicture,
): Promise<void> {
  const picture = blur ? { ...whole, blur } : whole;
  return sendMade(app, orders, exchange, {
    blob: { organizationId, sha256, derived: videoPictureName(picture) },
    format: picture.format,
    job: pictureJob(renderVideoJob, { organizationId, videoId, picture }),
  });
}
