import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { findStoredVideo } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';
import { sendOriginal } from './original.ts';

/** `GET|HEAD /videos/<id>?…`: the bytes of a video. */
export function createVideoRoute(app: Resources): FileHandler {
  return linkRoute(app, 'video', async (exchange, { id, parameters }) => {
    const { res } = exchange;
    const video = await findStoredVideo(app.db, id);
    if (video === null)
      return respondError(res, 404, 'NOT_FOUND', 'This video does not exist; it may have been deleted.');
    if (video.blur !== null && parameters.original === undefined)
      return respondError(
        res,
        403,
        'FORBIDDEN',
        'People are hidden in this video, so its bytes need the scope ORIGINALS. The pictures of its frames do not.',
      );
    await sendOriginal(app, exchange, 'video', video);
  });
}
