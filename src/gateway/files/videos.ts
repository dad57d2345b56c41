import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { findStoredVideo } from './files.repository.ts';
import { disposition, type FileHandler } from './files.ts';
import { openPictureLink } from './open-link.ts';
import { sendFile } from './send-file.ts';

/** `GET|HEAD /videos/<id>?…`: the bytes of a video, or the range of them that a player asks for, for anyone with a link made by `signLink`. */
export function createVideoRoute(app: Resources): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'video', folder: '/videos/' });
    if (!link) return;
    const video = await findStoredVideo(app.db, link.id);
    if (video === null)
      return respondError(res, 404, 'NOT_FOUND', 'This video does not exist; it may have been deleted.');
    if (video.blur !== null && link.parameters.original === undefined)
      return respondError(
        res,
        403,
        'FORBIDDEN',
        'People are hidden in this video, so its bytes need the scope ORIGINALS. The pictures of its frames do not.',
      );
    const { organizationId, sha256, byteSize } = video;
    res.setHeader('content-type', video.mimeType);
    res.setHeader('content-disposition', disposition(video));
    res.setHeader('cache-control', 'private, max-age=3600');
    // As for images: whatever a client has uploaded is played as a video or not at all.
    res.setHeader('content-security-policy', "default-src 'none'; sandbox");
    try {
      await sendFile(app, { req, res }, { key: { organizationId, sha256 }, etag: `"${sha256}"`, byteSize });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || res.headersSent) throw error;
      app.logger.error({ videoId: link.id, sha256 }, 'The bytes of a video are not in the blob store.');
      respondError(res, 404, 'NOT_FOUND', 'The bytes of this video are lost. Upload it again.');
    }
  };
}
