import { anyVideoType } from '../../src/images/header/formats.ts';
import { readFailure } from '../../src/shared/failure.ts';
import type { VideoStatus as VideoStatusText } from '../../src/videos/life.ts';
import { findVideos } from '../../src/videos/videos.repository.ts';
import { builder } from '../core/builder.ts';
import { mayDo, narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { linkHelp, linkTo, sizeFor, widthDescription } from '../core/links.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { mediaFields, videoWords } from '../images/media-fields.ts';

export const VideoStatus = builder.enumType('VideoStatus', {
  description: 'Whether a video can be analysed. More values may be added: treat an unknown one as not READY.',
  values: {
    AWAITING_UPLOAD: { description: 'The bytes of the upload have not arrived yet.' },
    FETCHING: { description: 'The server is fetching the bytes from their URL.' },
    PROBING: { description: 'The bytes are stored. A worker is about to read what their header says.' },
    READY: { description: 'The header was read. Analyses of the video can run.' },
    FAILED: { description: 'The bytes did not arrive or are no usable video; see failure.' },
  } satisfies Record<VideoStatusText, { description: string }>,
});

/** A video: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const Video = builder.loadableNodeRef(
  'Video',
  rowsById((ids, context) => findVideos(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

Video.implement({
  description:
    'A video. Fields that depend on its bytes are null until these have arrived, and those that its header tells are null until the status is READY.',
  fields: (t) => ({
    ...mediaFields(t, videoWords),
    status: t.field({ type: VideoStatus, description: 'The current status.', resolve: (row) => row.status }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the video is FAILED. Null in any other status.',
      resolve: (row) => readFailure(row),
    }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Signed link to the bytes, which works without an API key, stays the same for up to an hour and expires within two hours. It answers requests for a range of bytes, so that players can seek. Null until the bytes have arrived, and if people are hidden in the video (blurPeople) and the caller has not the scope ORIGINALS: use the pictures of its frames.',
      resolve: ({ id, sha256, blur_people: blurPeople }, _args, context) => {
        const isHidden = blurPeople !== 'NONE';
        if (sha256 === null || (isHidden && !mayDo(context, 'ORIGINALS'))) return null;
        // Also where nobody is hidden yet: a task may say so while the link is used.
        return linkTo(context.app, 'video', id, mayDo(context, 'ORIGINALS') ? { original: 'true' } : {});
      },
    }),
    posterUrl: t.field({
      type: 'URL',
      nullable: true,
      args: { width: t.arg.int({ description: widthDescription('video') }) },
      description: `Signed link to the frame that stands for the video, as shown: the one at a tenth of its duration. It is a JPEG, or WebP for clients whose Accept header takes no JPEG. It is made when it is first requested, and then kept with the video; a request that waits for more than 10 seconds is answered with 503 and Retry-After. ${linkHelp} Null until the status is READY.`,
      resolve: ({ id, status }, { width }, { app }) => {
        const size = sizeFor(width);
        return status === 'READY' ? linkTo(app, 'poster', id, { width: size }) : null;
      },
    }),
    mimeType: t.exposeString('mime_type', {
      nullable: true,
      description: `The format, detected from the first bytes rather than taken from the client: ${anyVideoType}.`,
    }),
    container: t.exposeString('container', {
      nullable: true,
      description: 'The container: MP4, QUICKTIME, WEBM, MATROSKA or AVI.',
    }),
    codec: t.exposeString('codec', {
      nullable: true,
      description: 'The codec of the picture, for example `h264`, `hevc`, `vp9`, `av1` or `mjpeg`.',
    }),
    width: t.exposeInt('width', { nullable: true, description: 'Width in pixels, as shown: after the rotation.' }),
    height: t.exposeInt('height', { nullable: true, description: 'Height in pixels, as shown: after the rotation.' }),
    rotation: t.exposeInt('rotation', {
      nullable: true,
      description: 'Degrees clockwise by which the stored pictures are turned to be shown: 0, 90, 180 or 270.',
    }),
    frameRate: t.exposeFloat('frame_rate', {
      nullable: true,
      description: 'Mean number of frames a second. Null as well if the header does not tell it.',
    }),
    durationSeconds: t.exposeFloat('header_seconds', {
      nullable: true,
      description:
        'Duration in seconds according to the header, which can be wrong; see decodedSeconds. Null as well if the header does not tell it.',
    }),
    decodedSeconds: t.exposeFloat('decoded_seconds', {
      nullable: true,
      description: 'Duration in seconds as decoding found it. Null until an analysis has decoded the video to its end.',
    }),
    truncated: t.exposeBoolean('truncated', {
      nullable: true,
      description:
        'Whether the file ends before the duration that its header states. Null until an analysis has decoded the video to its end.',
    }),
    recordedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the video was recorded, as given by the client. Null if unknown.',
      resolve: (row) => row.recorded_at,
    }),
  }),
});

registerNode('Video', (context, id) => Video.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const VideoConnection = connectionType('Video', Video);
