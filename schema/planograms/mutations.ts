import { encodeId } from '../../src/ids.ts';
import { createPlanogram, deletePlanogram, updatePlanogram } from '../../src/planograms/planograms.service.ts';
import { ConflictError, IdempotencyConflictError, NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey } from '../core/request-key.ts';
import { CreatePlanogramInput, toContent, UpdatePlanogramInput } from './inputs.ts';
import { Planogram } from './planogram.ts';

const CreatePlanogramResult = resultUnion('CreatePlanogramResult', {
  description:
    'The new planogram, or the reason why it was not created. ConflictError: another planogram is attached to the same task and place.',
  success: Planogram,
  errors: [ValidationError, NotFoundError, ConflictError, IdempotencyConflictError],
});

const UpdatePlanogramResult = resultUnion('UpdatePlanogramResult', {
  description:
    'The changed planogram, or the reason why it was not changed. ConflictError: another planogram is attached to the same task and place.',
  success: Planogram,
  errors: [ValidationError, NotFoundError, ConflictError],
});

const DeletedPlanogram = builder.objectRef<{ id: string }>('DeletedPlanogram').implement({
  description:
    'The planogram has been deleted: it is no longer listed and judges no new analyses. Analyses that were judged by it still refer to it.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted planogram.', resolve: ({ id }) => encodeId('planogram', id) }),
  }),
});

const DeletePlanogramResult = resultUnion('DeletePlanogramResult', {
  description: 'The outcome.',
  success: DeletedPlanogram,
  errors: [NotFoundError],
});

builder.mutationFields((t) => ({
  createPlanogram: t.field({
    type: CreatePlanogramResult,
    description:
      'Creates a planogram. Analyses that succeed from now on are judged by it; results that exist stay as they are.',
    args: { input: t.arg({ type: CreatePlanogramInput, required: true, description: 'The planogram to create.' }) },
    resolve: (_root, { input: { idempotencyKey, content, taskId, ...input } }, context) =>
      createPlanogram(
        context.app,
        organizationOf(context),
        {
          ...input,
          taskId: taskId == null ? null : givenId('task', taskId),
          validFrom: input.validFrom ?? null,
          content: toContent(content),
        },
        requestKey(context, 'createPlanogram', idempotencyKey),
      ),
  }),
  updatePlanogram: t.field({
    type: UpdatePlanogramResult,
    description:
      'Changes a planogram. New content makes a new version, by which analyses that succeed from now on are judged; results that exist stay as they are.',
    args: { input: t.arg({ type: UpdatePlanogramInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input: { content, taskId, ...input } }, context) =>
      updatePlanogram(context.app, organizationOf(context), {
        ...input,
        id: givenId('planogram', input.id),
        ...(taskId !== undefined && { taskId: taskId === null ? null : givenId('task', taskId) }),
        content: content && toContent(content),
      }),
  }),
  deletePlanogram: t.field({
    type: DeletePlanogramResult,
    description: 'Deletes a planogram. Analyses that were judged by it keep their compliance.',
    args: { id: t.arg.id({ required: true, description: 'The planogram to delete.' }) },
    resolve: (_root, { id }, context) =>
      deletePlanogram(context.app, organizationOf(context), givenId('planogram', id)),
  }),
}));
