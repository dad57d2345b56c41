import { encodeId } from '../../src/ids.ts';
import { createTask, deleteTask, updateTask } from '../../src/tasks/tasks.service.ts';
import { IdempotencyConflictError, NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { requestKey } from '../core/request-key.ts';
import { toAlertRules } from './alert-rules.ts';
import { CreateTaskInput, UpdateTaskInput } from './inputs.ts';
import { Task } from './task.ts';

const CreateTaskResult = resultUnion('CreateTaskResult', {
  description: 'The new task, or the reason why it was not created.',
  success: Task,
  errors: [ValidationError, NotFoundError, IdempotencyConflictError],
});

const UpdateTaskResult = resultUnion('UpdateTaskResult', {
  description: 'The changed task, or the reason why it was not changed.',
  success: Task,
  errors: [ValidationError, NotFoundError],
});

const DeletedTask = builder.objectRef<{ id: string }>('DeletedTask').implement({
  description:
    'The task has been deleted: it is no longer listed and accepts no new images. Its analyses still refer to it.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted task.', resolve: ({ id }) => encodeId('task', id) }),
  }),
});

const DeleteTaskResult = resultUnion('DeleteTaskResult', {
  description: 'The outcome.',
  success: DeletedTask,
  errors: [NotFoundError],
});

builder.mutationFields((t) => ({
  createTask: t.field({
    type: CreateTaskResult,
    description: 'Creates a task.',
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'The task to create.' }) },
    resolve: (_root, { input: { idempotencyKey, alertRules, ...input } }, context) =>
      createTask(
        context.app,
        organizationOf(context),
        {
          ...input,
          catalogItemIds: givenIds('catalogItem', input.catalogItemIds),
          ...(alertRules != null && { alertRules: toAlertRules(alertRules) }),
        },
        requestKey(context, 'createTask', idempotencyKey),
      ),
  }),
  updateTask: t.field({
    type: UpdateTaskResult,
    description:
      'Changes a task. A new threshold, topCandidates or list of items applies to analyses that have not started yet; all other changes apply to analyses submitted from now on.',
    args: { input: t.arg({ type: UpdateTaskInput, required: true, description: 'The changes.' }) },
    resolve: (_root, { input: { alertRules, ...input } }, context) =>
      updateTask(context.app, organizationOf(context), {
        ...input,
        ...(alertRules !== undefined && { alertRules: alertRules && toAlertRules(alertRules) }),
        id: givenId('task', input.id),
        addCatalogItemIds: givenIds('catalogItem', input.addCatalogItemIds),
        removeCatalogItemIds: givenIds('catalogItem', input.removeCatalogItemIds),
      }),
  }),
  deleteTask: t.field({
    type: DeleteTaskResult,
    description: 'Deletes a task. Analyses that were already submitted continue.',
    args: { id: t.arg.id({ required: true, description: 'The task to delete.' }) },
    resolve: (_root, { id }, context) => deleteTask(context.app, organizationOf(context), givenId('task', id)),
  }),
}));
