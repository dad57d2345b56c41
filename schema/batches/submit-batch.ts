import type { SubmittedItem } from '../../src/batches/store-submission.ts';
import type { SubmitInput } from '../../src/batches/submission.ts';
import { mostProcessingSeconds } from '../../src/batches/submission-tasks.ts';
import { submit } from '../../src/batches/submit.service.ts';
import {
  BatchTooLargeError,
  IdempotencyConflictError,
  InsufficientCreditsError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { Analysis } from '../analyses/analysis.ts';
import { Priority } from '../analyses/enums.ts';
import { builder } from '../core/builder.ts';
import { actorOf, narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { VideoAnalysis } from '../video-analyses/video-analysis.ts';
import { Batch } from './batch.ts';
import { BatchImageInput, toBatchImage } from './inputs.ts';

const SubmitBatchInput = builder.inputType('SubmitBatchInput', {
  description: 'Images to analyse together.',
  fields: (t) => ({
    taskId: t.id({ description: 'The task to run for every image that names none of its own.' }),
    images: t.field({
      type: [BatchImageInput],
      required: true,
      description: 'The images: at least 1, at most maxBatchSize of the plan.',
    }),
    priority: t.field({
      type: Priority,
      required: true,
      defaultValue: 'NORMAL',
      description: 'The order in which the analyses run.',
    }),
    maxProcessingSeconds: t.int({
      description: `Time limit per image in seconds, measured from when an engine takes it. At most ${mostProcessingSeconds}; 0 or null: no limit. An analysis that exceeds it is FAILED with PROCESSING_TIME_EXCEEDED. If only an optional step is left, such as reading text, it SUCCEEDED without that, with a warning.`,
    }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

const SubmittedImage = builder.objectRef<SubmittedItem & { index: number }>('SubmittedImage').implement({
  description: 'The outcome for one image of the request.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position in the request, from 0.' }),
    analysis: t.field({
      type: Analysis,
      description:
        'The analysis. It is QUEUED, AWAITING_UPLOAD, or FAILED if the image cannot be used; a replayed one is in any status.',
      resolve: (item) => item.analysisId,
    }),
    replayed: t.exposeBoolean('replayed', {
      description:
        "Whether this is the analysis that the image's idempotencyKey created earlier. It is then a member of this batch as well, and costs nothing.",
    }),
  }),
});

interface SubmittedBatch {
  batchId: string;
  items: SubmittedItem[];
  replayed: boolean;
  /** Of a rerun: its analyses of videos. */
  videoAnalysisIds?: string[];
}

const SubmitBatchPayload = builder.objectRef<SubmittedBatch>('SubmitBatchPayload').implement({
  description: 'The batch is stored and its analyses are queued.',
  fields: (t) => ({
    batch: t.field({
      type: Batch,
      description: 'The batch: a new one, unless the request is replayed.',
      resolve: (payload) => payload.batchId,
    }),
    items: t.field({
      type: [SubmittedImage],
      description: 'One entry per image, in the order of the request.',
      resolve: (payload) => payload.items.map((item, index) => ({ ...item, index })),
    }),
    videoAnalyses: t.field({
      type: [VideoAnalysis],
      description: 'The new analyses of videos, which belong to no batch. Empty unless rerunAnalyses reran videos.',
      resolve: ({ videoAnalysisIds = [] }) => videoAnalysisIds,
    }),
    replayed: t.exposeBoolean('replayed', {
      description:
        'Whether an earlier request with the same idempotencyKey created this batch. If so, this request changed nothing.',
    }),
  }),
});

export const SubmitBatchResult = resultUnion('SubmitBatchResult', {
  description: 'The batch, or the reason why nothing was stored.',
  success: SubmitBatchPayload,
  errors: [
    ValidationError,
    NotFoundError,
    InsufficientCreditsError,
    BatchTooLargeError,
    QuotaExceededError,
    IdempotencyConflictError,
  ],
});

builder.mutationField('submitBatch', (t) =>
  t.field({
    type: SubmitBatchResult,
    permits: ['NARROWED'],
    description:
      'Stores images and queues an analysis of each. It responds when they are stored, not when they are analysed: subscribe to analysisEvents with batch.eventCursor as `after` to follow every change. An image that cannot be used results in a FAILED analysis and does not affect the others.',
    args: { input: t.arg({ type: SubmitBatchInput, required: true, description: 'What to analyse and how.' }) },
    resolve: async (_root, { input }, context) => {
      const wanted: SubmitInput = {
        taskId: input.taskId == null ? null : givenId('task', input.taskId),
        images: input.images.map(toBatchImage),
        priority: input.priority,
        maxProcessingSeconds: input.maxProcessingSeconds ?? null,
      };
      const { batchId, items, replayed } = await submit(context.app, organizationOf(context), wanted, {
        asBatch: true,
        requestKey: requestKey(context, 'submitBatch', input.idempotencyKey),
        narrowing: narrowingOf(context),
        actor: actorOf(context),
      });
      return { batchId: batchId!, items, replayed };
    },
  }),
);
