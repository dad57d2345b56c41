import { renderVideoJob } from '../../jobs/definitions.ts';
import { type PictureOrders, pictureJob } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import { toMs, type VideoPicture, videoPictureName } from '../../pictures/video-picture.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendMade } from './derived.ts';
import { findStoredTrack, findStoredVideo, type StoredVideo } from './files.repository.ts';
import type { FileHandler } from './files.ts';
import { openPictureLink } from './open-link.ts';
import type { Exchange } from './send-file.ts';

/** `GET|HEAD /frames/<video>?…`: one frame of a video. */
export function createFrameRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'frame', folder: '/frames/' });
    if (!link) return;
    const video = await findStoredVideo(app.db, link.id);
    if (!video) return respondError(res, 404, 'NOT_FOUND', 'This video does not exist; it may have been deleted.');
    const size = readSize(link.parameters.width!)!;
    await sendFrame(app, orders, { req, res }, video, {
      kind: 'frame',
      timeMs: Number(link.parameters.time),
      size: video.width === null ? size : fitSize(size, video.width),
      format: chooseFormat(req.headers.accept),
    });
  };
}

/** `GET|HEAD /posters/<video>?…`: the frame that stands for a video. */
export function createPosterRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'poster', folder: '/posters/' });
    if (!link) return;
    const video = await findStoredVideo(app.db, link.id);
    if (!video) return respondError(res, 404, 'NOT_FOUND', 'This video does not exist; it may have been deleted.');
    const size = readSize(link.parameters.width!)!;
    await sendFrame(app, orders, { req, res }, video, {
      kind: 'poster',
      size: video.width === null ? size : fitSize(size, video.width),
      format: chooseFormat(req.headers.accept),
    });
  };
}

/** `GET|HEAD /tracks/<video analysis>?…`: what a track is, in its best sighting. */
export function createTrackRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'track', folder: '/tracks/' });
    if (!link) return;
    const track = Number(link.parameters.track);
    const found = await findStoredTrack(app.db, link.id, track);
    if (!found)
      return respondError(res, 404, 'NOT_FOUND', 'This track or its video does not exist; it may have been deleted.');
    const { timeSeconds, box } = found.best;
    await sendFrame(app, orders, { req, res }, found.video, {
      ...{ kind: 'track', analysisId: link.id, track, timeMs: toMs(timeSeconds) },
      // Pixels at both edges may belong to it in part.
      size: fitSize(readSize(link.parameters.width!)!, Math.ceil(box[2]) + 1),
      format: chooseFormat(req.headers.accept),
    });
  };
}

function sendFrame(
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
