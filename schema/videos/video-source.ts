import { anyVideoFormat } from '../../src/images/header/formats.ts';
import type { VideoSource } from '../../src/video-requests/video-input.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';

export const VideoSourceInput = builder.inputType('VideoSource', {
  description: `Where a video comes from. Its format is ${anyVideoFormat}. Set exactly one field.`,
  isOneOf: true,
  fields: (t) => ({
    upload: t.field({ type: 'Upload', description: 'A file of this multipart request.' }),
    videoId: t.id({ description: 'A video that already exists, even if its bytes have not arrived yet.' }),
    uploadId: t.id({
      description:
        'An upload from createUploads for a video. Its bytes may arrive later: until then, whatever uses it is AWAITING_UPLOAD. All uses of one upload share one video.',
    }),
    url: t.field({
      type: 'URL',
      description:
        'A public http or https URL of at most 2048 characters, without user, password or port. The server fetches it after it has responded; until then the video is FETCHING. The URL must return status 200 and the file within 10 minutes, after at most three redirects; otherwise the video is FAILED with DOWNLOAD_FAILED or URL_NOT_ALLOWED. If the server is not configured to fetch URLs, the error is URL_NOT_ALLOWED.',
    }),
  }),
});

/** Converts the input for services. */
export function toVideoSource(input: typeof VideoSourceInput.$inferInput): VideoSource {
  const { upload, uploadId, url, videoId } = input;
  if (upload != null) return { upload };
  if (uploadId != null) return { uploadId: givenId('upload', uploadId) };
  if (url != null) return { url: URL.parse(url)?.href ?? url };
  return { videoId: givenId('video', videoId as string) };
}
