import type { SubmittedItem } from '../../src/batches/store-submission.ts';
import { type SubmitInput, submit } from '../../src/batches/submit.service.ts';
import {
  BatchTooLargeError,
  IdempotencyConflictError,
  InsufficientCreditsError,
  NotFoundError,
  QuotaExceededError,
  ValidationError,
} from '../../src/user-error.ts';
import { Analysis, Priority } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { Batch } from './batch.ts';
import { BatchImageInput, toSubmittedImage } from './inputs.ts';

const SubmitBatchInput = builder.inputType('SubmitBatchInput', {
  description: 'Pictures to analyse together.',
  fields: (t) => ({
    taskId: t.id({ description: 'What to look for, unless an image names a task of its own.' }),
    images: t.field({
      type: [BatchImageInput],
      required: true,
      description: 'At least one; at most what the plan allows.',
    }),
    priority: t.field({ type: Priority, required: true, defaultValue: 'NORMAL', description: 'What runs first.' }),
    maxProcessingSeconds: t.int({
      description:
        'Seconds, counted from when an engine takes an image; 0 or null: no limit. An analysis over it ends FAILED with PROCESSING_TIME_EXCEEDED.',
    }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

const SubmittedImage = builder.objectRef<SubmittedItem & { index: number }>('SubmittedImage').implement({
  description: 'What became of one image of the request.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its position in the request, from 0.' }),
    analysis: t.field({
      type: Analysis,
      description: 'QUEUED, or FAILED when its picture cannot be used; in any status when it is replayed.',
      resolve: (item) => item.analysisId,
    }),
    replayed: t.exposeBoolean('replayed', {
      description:
        "It is the analysis that the image's idempotencyKey made before. It is a member of this batch, too, and costs nothing.",
    }),
  }),
});

const SubmitBatchPayload = builder
  .objectRef<{ batchId: string; items: SubmittedItem[]; replayed: boolean }>('SubmitBatchPayload')
  .implement({
    description: 'The batch is stored and its work is queued.',
    fields: (t) => ({
      batch: t.field({
        type: Batch,
        description: 'Just made, unless the request is replayed.',
        resolve: (payload) => payload.batchId,
      }),
      items: t.field({
        type: [SubmittedImage],
        description: 'One entry an image, in the order of the request.',
        resolve: (payload) => payload.items.map((item, index) => ({ ...item, index })),
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'The whole request was made before, under the same idempotencyKey; nothing was done now.',
      }),
    }),
  });

export const SubmitBatchResult = resultUnion('SubmitBatchResult', {
  description: 'A batch, or why there is none: then nothing was stored.',
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
    description:
      'Takes pictures in and queues an analysis of each; it returns when they are stored, not when they are analysed. Subscribe to analysisEvents after batch.eventCursor to hear of every change. A picture that cannot be used becomes a FAILED analysis and harms no other.',
    args: { input: t.arg({ type: SubmitBatchInput, required: true, description: 'What to analyse, and how.' }) },
    resolve: async (_root, { input }, context) => {
      const wanted: SubmitInput = {
        taskId: input.taskId == null ? null : givenId('task', input.taskId),
        images: input.images.map(toSubmittedImage),
        priority: input.priority,
        maxProcessingSeconds: input.maxProcessingSeconds ?? null,
      };
      const { batchId, items, replayed } = await submit(context.app, organizationOf(context), wanted, {
        asBatch: true,
        requestKey: requestKey(context, 'submitBatch', input.idempotencyKey),
      });
      return { batchId: batchId!, items, replayed };
    },
  }),
);
