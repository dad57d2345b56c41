import { encodeId } from '../../src/ids.ts';
import { MediaError, NotFoundError, QuotaExceededError, ValidationError } from '../../src/user-error.ts';
import {
  type DeletedVideo as DeletedVideoShape,
  deleteVideos,
  uploadVideo,
} from '../../src/video-requests/videos.service.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { mediaInputs, videoWords } from '../images/media-fields.ts';
import { Video } from './video.ts';
import { toVideoSource, VideoSourceInput } from './video-source.ts';

const maxDeletions = 100;

const VideoInput = builder.inputType('VideoInput', {
  description: 'A video to store. If the source is a videoId, the stored video is not changed.',
  fields: (t) => ({
    source: t.field({ type: VideoSourceInput, required: true, description: 'Where the video comes from.' }),
    ...mediaInputs(t, videoWords),
    recordedAt: t.field({ type: 'DateTime', description: 'When the video was recorded.' }),
  }),
});

const UploadVideoResult = resultUnion('UploadVideoResult', {
  description: 'The video, or the reason why it was not stored.',
  success: Video,
  errors: [MediaError, ValidationError, NotFoundError, QuotaExceededError],
});

builder.mutationField('uploadVideo', (t) =>
  t.field({
    type: UploadVideoResult,
    description:
      'Stores a video without analysing it; analyzeVideo does both. It responds when the bytes are stored. Then a worker reads their header: the video is READY, or FAILED if it cannot be used.',
    args: { input: t.arg({ type: VideoInput, required: true, description: 'The video.' }) },
    resolve: (_root, { input }, context) =>
      uploadVideo(context.app, organizationOf(context), {
        source: toVideoSource(input.source),
        fields: {
          externalId: input.externalId ?? null,
          placeId: input.placeId ?? null,
          recordedAt: input.recordedAt ?? null,
          metadata: input.metadata ?? {},
        },
      }),
  }),
);

const DeletedVideo = builder.objectRef<DeletedVideoShape>('DeletedVideo').implement({
  description:
    'The video and all pictures made from it have been deleted. Analyses that had ended keep their results; the others are FAILED.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted video.', resolve: ({ id }) => encodeId('video', id) }),
    analysesKept: t.exposeInt('analysesKept', {
      description: 'Number of analyses that used the video and stay, without it.',
    }),
  }),
});

const DeleteVideoResult = resultUnion('DeleteVideoResult', {
  description: 'The deleted video.',
  success: DeletedVideo,
  errors: [NotFoundError],
});

const DeleteVideosPayload = outcomesPayload<DeletedVideoShape | NotFoundError>('DeleteVideosPayload', {
  each: 'video',
  type: DeleteVideoResult,
});

builder.mutationField('deleteVideos', (t) =>
  t.field({
    type: DeleteVideosPayload,
    description:
      'Deletes videos with their bytes and all pictures made from them, each independently of the others. Analyses that have not ended are FAILED.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The videos to delete, at most ${maxDeletions}.`,
        validate: atMost('ids', maxDeletions),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await deleteVideos(context.app, organizationOf(context), givenIds('video', ids)),
    }),
  }),
);
