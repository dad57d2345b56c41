import { z } from 'zod';
import { recognize } from '../../src/batches/recognize.service.ts';
import {
  IdempotencyConflictError,
  InsufficientCreditsError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { BatchImageInput, toSubmittedImage } from './inputs.ts';

/** Below the 30 s after which many proxies give a request up. */
const longestWaitSeconds = 27;

const RecognizeImageInput = builder.inputType('RecognizeImageInput', {
  description: 'One picture to analyse while the client waits.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'What to look for, unless the image names a task of its own.' }),
    image: t.field({ type: BatchImageInput, required: true, description: 'The picture.' }),
    waitSeconds: t.float({
      required: true,
      defaultValue: longestWaitSeconds,
      description: `How long to wait for its end, 0 to ${longestWaitSeconds}.`,
      validate: z.number().refine((seconds) => seconds >= 0 && seconds <= longestWaitSeconds, {
        error: ({ input }) => `waitSeconds is ${input}; expected 0 to ${longestWaitSeconds}.`,
      }),
    }),
    maxProcessingSeconds: t.int({
      description:
        'Seconds, counted from when an engine takes the picture; 0 or null: no limit. Over it the analysis ends FAILED with PROCESSING_TIME_EXCEEDED.',
    }),
    idempotencyKey: t.string({
      description: `${requestKeyHelp} A repeat waits for the same analysis; waitSeconds may differ.`,
    }),
  }),
});

const RecognizeImagePayload = builder
  .objectRef<Awaited<ReturnType<typeof recognize>>>('RecognizeImagePayload')
  .implement({
    description: 'The analysis, ended or not.',
    fields: (t) => ({
      analysis: t.field({ type: Analysis, description: 'As it stands now.', resolve: (payload) => payload.analysis }),
      timedOut: t.exposeBoolean('timedOut', { description: 'The wait was over first, and work goes on.' }),
      replayed: t.exposeBoolean('replayed', {
        description: 'It was made before, under the same idempotencyKey of the request or the image; it costs nothing.',
      }),
      eventCursor: t.exposeString('eventCursor', {
        description: 'Subscribe to analysisEvents after this cursor to hear the rest.',
      }),
    }),
  });

const RecognizeImageResult = resultUnion('RecognizeImageResult', {
  description: 'The analysis, or why there is none: then nothing was stored.',
  success: RecognizeImagePayload,
  errors: [ValidationError, NotFoundError, InsufficientCreditsError, QuotaExceededError, IdempotencyConflictError],
});

builder.mutationField('recognizeImage', (t) =>
  t.field({
    type: RecognizeImageResult,
    description:
      'Analyses one picture before everything that waits, and answers when it has ended or waitSeconds are over. A picture that cannot be used is a FAILED analysis.',
    args: {
      input: t.arg({ type: RecognizeImageInput, required: true, description: 'The picture, and how to analyse it.' }),
    },
    resolve: (_root, { input }, context) =>
      recognize(
        context.app,
        organizationOf(context),
        {
          taskId: givenId('task', input.taskId),
          images: [toSubmittedImage(input.image)],
          maxProcessingSeconds: input.maxProcessingSeconds ?? null,
        },
        {
          waitMs: input.waitSeconds * 1000,
          requestKey: requestKey(context, 'recognizeImage', input.idempotencyKey),
          signal: context.connectionClosed,
        },
      ),
  }),
);
