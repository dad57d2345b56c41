import { z } from 'zod';
import { recognize } from '../../src/batches/recognize.service.ts';
import { mostProcessingSeconds } from '../../src/batches/submission-tasks.ts';
import {
  IdempotencyConflictError,
  InsufficientCreditsError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { actorOf, narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { BatchImageInput, toBatchImage } from './inputs.ts';

/** Less than the 30 s after which many proxies time out. */
const longestWaitSeconds = 27;

const RecognizeImageInput = builder.inputType('RecognizeImageInput', {
  description: 'One image to analyse while the client waits.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'The task to run, unless the image names its own.' }),
    image: t.field({ type: BatchImageInput, required: true, description: 'The image.' }),
    waitSeconds: t.float({
      required: true,
      defaultValue: longestWaitSeconds,
      description: `How many seconds to wait for the result, 0 to ${longestWaitSeconds}.`,
      validate: z.number().refine((seconds) => seconds >= 0 && seconds <= longestWaitSeconds, {
        error: ({ input }) => `waitSeconds is ${input}; expected 0 to ${longestWaitSeconds}.`,
      }),
    }),
    maxProcessingSeconds: t.int({
      description: `Time limit in seconds, measured from when an engine takes the image. At most ${mostProcessingSeconds}; 0 or null: no limit. An analysis that exceeds it is FAILED with PROCESSING_TIME_EXCEEDED. If only an optional step is left, such as reading text, it SUCCEEDED without that, with a warning.`,
    }),
    idempotencyKey: t.string({
      description: `${requestKeyHelp} A retry waits for the same analysis, and may set another waitSeconds.`,
    }),
  }),
});

const RecognizeImagePayload = builder
  .objectRef<Awaited<ReturnType<typeof recognize>>>('RecognizeImagePayload')
  .implement({
    description: 'The analysis, whether or not it has ended.',
    fields: (t) => ({
      analysis: t.field({
        type: Analysis,
        description: 'The analysis in its current state.',
        resolve: (payload) => payload.analysis,
      }),
      timedOut: t.exposeBoolean('timedOut', {
        description: 'Whether the wait ended before the analysis did. The analysis continues.',
      }),
      replayed: t.exposeBoolean('replayed', {
        description:
          'Whether the analysis was created earlier, with the same idempotencyKey of the request or the image. Then it costs nothing.',
      }),
      eventCursor: t.exposeString('eventCursor', {
        description:
          'The position in the event log before the next change of the analysis. If the wait timed out, pass it to analysisEvents as `after` to learn of the result.',
      }),
    }),
  });

const RecognizeImageResult = resultUnion('RecognizeImageResult', {
  description: 'The analysis, or the reason why nothing was stored.',
  success: RecognizeImagePayload,
  errors: [ValidationError, NotFoundError, InsufficientCreditsError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('recognizeImage', (t) =>
  t.field({
    type: RecognizeImageResult,
    permits: ['NARROWED'],
    description:
      'Analyses one image before all waiting work, and responds when the analysis has ended or waitSeconds have passed. An image that cannot be used results in a FAILED analysis.',
    args: {
      input: t.arg({ type: RecognizeImageInput, required: true, description: 'The image and how to analyse it.' }),
    },
    resolve: (_root, { input }, context) =>
      recognize(
        context.app,
        organizationOf(context),
        {
          taskId: givenId('task', input.taskId),
          images: [toBatchImage(input.image)],
          maxProcessingSeconds: input.maxProcessingSeconds ?? null,
        },
        {
          waitMs: input.waitSeconds * 1000,
          requestKey: requestKey(context, 'recognizeImage', input.idempotencyKey),
          narrowing: narrowingOf(context),
          actor: actorOf(context),
          signal: context.connectionClosed(),
        },
      ),
  }),
);
