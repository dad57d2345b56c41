import { mostProcessingSeconds } from '../../src/batches/submission-tasks.ts';
import {
  BatchTooLargeError,
  IdempotencyConflictError,
  InsufficientCreditsError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { framesPerCredit } from '../../src/video-analyses/sampling.ts';
import { analyzeVideos } from '../../src/video-requests/analyze-videos.ts';
import { mostFramesPerSecond } from '../../src/video-requests/check-videos.ts';
import type { AnalyzeVideoInput as VideoInput } from '../../src/video-requests/video-input.ts';
import { Priority } from '../analyses/enums.ts';
import { AnalysisOptionsInput, submittedInputs, toAnalysisOptions, toSubmitted } from '../batches/inputs.ts';
import { builder } from '../core/builder.ts';
import { actorOf, narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { videoWords } from '../images/media-fields.ts';
import { toVideoSource, VideoSourceInput } from '../videos/video-source.ts';
import { VideoAnalysis } from './video-analysis.ts';

const VideoSamplingInput = builder.inputType('VideoSamplingInput', {
  description: 'Which frames of a video are analysed.',
  fields: (t) => ({
    framesPerSecond: t.float({
      required: true,
      defaultValue: 2,
      description: `Frames a second of video, 1/360 to ${mostFramesPerSecond}: the first of each interval of 1 / framesPerSecond seconds. A video with fewer frames has no more.`,
    }),
    keyFramesOnly: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether only frames are analysed that can be decoded without others. It is much faster, but the encoder decides where they are, often every 2 to 10 seconds.',
    }),
    maxFrames: t.int({ description: 'The analysis ends after this many frames, at least 1. Default: no limit.' }),
  }),
});

const AnalyzeVideoInput = builder.inputType('AnalyzeVideoInput', {
  description: 'A video to analyse, and how.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'The task to run on each frame.' }),
    source: t.field({ type: VideoSourceInput, required: true, description: 'Where the video comes from.' }),
    sampling: t.field({
      type: VideoSamplingInput,
      description: 'Which frames are analysed. Default: two a second.',
    }),
    ...submittedInputs(t, videoWords),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When the video was recorded. If the source is a videoId, the stored video is not changed.',
    }),
    priority: t.field({
      type: Priority,
      required: true,
      defaultValue: 'NORMAL',
      description:
        'The order in which analyses run. Frames of a video come after images of the same priority, because somebody may be waiting for those.',
    }),
    maxProcessingSeconds: t.int({
      description: `Time limit in seconds for processing the whole video, at most ${mostProcessingSeconds}; 0 or null: no limit. An analysis that exceeds it is FAILED with PROCESSING_TIME_EXCEEDED; the seconds that were analysed stay readable.`,
    }),
    options: t.field({ type: AnalysisOptionsInput, description: 'Options that override the task.' }),
  }),
});

function toInput(input: typeof AnalyzeVideoInput.$inferInput): VideoInput {
  const { framesPerSecond = 2, keyFramesOnly = false, maxFrames } = input.sampling ?? {};
  return {
    ...toSubmitted(input),
    source: toVideoSource(input.source),
    taskId: givenId('task', input.taskId),
    sampling: { framesPerSecond, keyFramesOnly, maxFrames: maxFrames ?? null },
    recordedAt: input.recordedAt ?? null,
    priority: input.priority,
    maxProcessingSeconds: input.maxProcessingSeconds || null,
    options: toAnalysisOptions(input.options),
  };
}

const creditsHelp = `It costs one credit for each ${framesPerCredit} frames that are begun. As many credits as the longest possible video would cost are taken at once; what is not used is given back when the duration is known, and at the end.`;

const AnalyzeVideoPayload = builder.objectRef<{ id: string; replayed: boolean }>('AnalyzeVideoPayload').implement({
  description: 'The analysis is stored and queued.',
  fields: (t) => ({
    analysis: t.field({
      type: VideoAnalysis,
      description: 'The analysis. It is QUEUED, AWAITING_UPLOAD, or FAILED if the video cannot be used.',
      resolve: ({ id }) => id,
    }),
    replayed: t.exposeBoolean('replayed', {
      description:
        'Whether an earlier request with the same idempotencyKey created it. If so, this request changed nothing.',
    }),
  }),
});

const AnalyzeVideoResult = resultUnion('AnalyzeVideoResult', {
  description: 'The analysis, or the reason why nothing was stored.',
  success: AnalyzeVideoPayload,
  errors: [ValidationError, NotFoundError, InsufficientCreditsError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('analyzeVideo', (t) =>
  t.field({
    type: AnalyzeVideoResult,
    permits: ['NARROWED'],
    description: `Stores a video and queues its analysis. It responds when the bytes are stored: subscribe to videoEvents to follow each second. ${creditsHelp}`,
    args: {
      input: t.arg({ type: AnalyzeVideoInput, required: true, description: 'What to analyse and how.' }),
      idempotencyKey: t.arg.string({ description: requestKeyHelp }),
    },
    resolve: async (_root, { input, idempotencyKey }, context) => {
      const { analysisIds, replayed } = await analyzeVideos(context.app, organizationOf(context), [toInput(input)], {
        requestKey: requestKey(context, 'analyzeVideo', idempotencyKey),
        narrowing: narrowingOf(context),
        actor: actorOf(context),
      });
      return { id: analysisIds[0]!, replayed };
    },
  }),
);

const AnalyzeVideosPayload = builder
  .objectRef<{ analysisIds: string[]; replayed: boolean }>('AnalyzeVideosPayload')
  .implement({
    description: 'The analyses are stored and queued.',
    fields: (t) => ({
      analyses: t.field({
        type: [VideoAnalysis],
        description: 'One analysis for each video, in the order of the request.',
        resolve: ({ analysisIds }) => analysisIds,
      }),
      replayed: t.exposeBoolean('replayed', {
        description:
          'Whether an earlier request with the same idempotencyKey created them. If so, this request changed nothing.',
      }),
    }),
  });

const AnalyzeVideosResult = resultUnion('AnalyzeVideosResult', {
  description: 'The analyses, or the reason why nothing was stored.',
  success: AnalyzeVideosPayload,
  errors: [
    ValidationError,
    NotFoundError,
    InsufficientCreditsError,
    BatchTooLargeError,
    QuotaExceededError,
    IdempotencyConflictError,
  ],
});

builder.mutationField('analyzeVideos', (t) =>
  t.field({
    type: AnalyzeVideosResult,
    permits: ['NARROWED'],
    description: `The same as analyzeVideo for several videos at once: all are stored, or none is. A video that cannot be used results in a FAILED analysis and does not affect the others. ${creditsHelp}`,
    args: {
      videos: t.arg({
        type: [AnalyzeVideoInput],
        required: true,
        description: 'The videos: at least 1, at most maxBatchSize of the plan.',
      }),
      idempotencyKey: t.arg.string({ description: requestKeyHelp }),
    },
    resolve: (_root, { videos, idempotencyKey }, context) =>
      analyzeVideos(context.app, organizationOf(context), videos.map(toInput), {
        requestKey: requestKey(context, 'analyzeVideos', idempotencyKey),
        narrowing: narrowingOf(context),
        actor: actorOf(context),
      }),
  }),
);
