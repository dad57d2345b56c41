import { encodeId } from '../../src/ids.ts';
import { createTask, deleteTask, updateTask } from '../../src/tasks/tasks.service.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { CreateTaskInput, UpdateTaskInput } from './inputs.ts';
import { Task } from './task.ts';

const CreateTaskResult = resultUnion('CreateTaskResult', {
  description: 'The task, or why it was not made.',
  success: Task,
  errors: [ValidationError, NotFoundError],
});

const UpdateTaskResult = resultUnion('UpdateTaskResult', {
  description: 'The task after the change, or why it was not changed.',
  success: Task,
  errors: [ValidationError, NotFoundError],
});

const DeletedTask = builder.objectRef<{ id: string }>('DeletedTask').implement({
  description: 'The task is out of the lists and takes no new work; its analyses still reach it.',
  fields: (t) => ({ id: t.id({ description: 'Of the task.', resolve: ({ id }) => encodeId('task', id) }) }),
});

const DeleteTaskResult = resultUnion('DeleteTaskResult', {
  description: 'What became of the task.',
  success: DeletedTask,
  errors: [NotFoundError],
});

builder.mutationFields((t) => ({
  createTask: t.field({
    type: CreateTaskResult,
    description: 'Makes a task.',
    args: { input: t.arg({ type: CreateTaskInput, required: true, description: 'The task.' }) },
    resolve: (_root, { input }, context) =>
      createTask(context.app, organizationOf(context), {
        ...input,
        catalogItemIds: givenIds('catalogItem', input.catalogItemIds),
      }),
  }),
  updateTask: t.field({
    type: UpdateTaskResult,
    description:
      'Changes a task: threshold, topCandidates and items for analyses that start from now on, everything else for those that are submitted from now on.',
    args: { input: t.arg({ type: UpdateTaskInput, required: true, description: 'What changes.' }) },
    resolve: (_root, { input }, context) =>
      updateTask(context.app, organizationOf(context), {
        ...input,
        id: givenId('task', input.id),
        addCatalogItemIds: givenIds('catalogItem', input.addCatalogItemIds),
        removeCatalogItemIds: givenIds('catalogItem', input.removeCatalogItemIds),
      }),
  }),
  deleteTask: t.field({
    type: DeleteTaskResult,
    description: 'Deletes a task. What was submitted before goes on.',
    args: { id: t.arg.id({ required: true, description: 'Of the task.' }) },
    resolve: (_root, { id }, context) => deleteTask(context.app, organizationOf(context), givenId('task', id)),
  }),
}));
