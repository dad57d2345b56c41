import { encodeId } from '../../src/ids.ts';
import { countTasks, listTasks, type TaskRow } from '../../src/tasks/tasks.repository.ts';
import { createTask, deleteTask, updateTask } from '../../src/tasks/tasks.service.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { TaskType } from '../models/task-type.ts';
import { Task, TaskConnection } from './task.ts';

const TaskFilter = builder.inputType('TaskFilter', {
  description: 'Narrowing rules, all of which must match; one that is left out narrows nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'One of these.' }),
    name: t.string({ description: 'Exact.' }),
    type: t.field({ type: TaskType, description: 'Exact.' }),
    catalogItemId: t.id({ description: 'Tasks that look for this item.' }),
  }),
});

builder.queryField('tasks', (t) =>
  t.field({
    type: TaskConnection,
    description: 'The tasks of the organisation, newest first, without deleted ones.',
    args: { ...pageArgs(t.arg), filter: t.arg({ type: TaskFilter, description: 'Left out: all.' }) },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { catalogItemId, ids, ...rest } = filter ?? {};
      const narrowed = {
        ...rest,
        ids: givenIds('task', ids),
        catalogItem: catalogItemId == null ? null : givenId('catalogItem', catalogItemId),
      };
      return connect(page, idKey<TaskRow>('tasks'), {
        load: (keyset) => listTasks(context.app.db, organizationId, narrowed, keyset),
        count: () => countTasks(context.app.db, organizationId, narrowed),
      });
    },
  }),
);

const pipelineHelp = 'Name, or name@version to stay on one version, as Query.pipelines lists them.';

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'What to look for, and how.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 255 characters.' }),
    description: t.string({ required: true, defaultValue: '', description: 'At most 5000 characters.' }),
    type: t.field({
      type: TaskType,
      required: true,
      defaultValue: 'DETECTION',
      description: 'ValidationError when no pipeline of the server runs such tasks; see Query.pipelines.',
    }),
    catalogItemIds: t.idList({
      description:
        'DETECTION: what to look for; null or left out: every active item of the catalogue, now and later. Not for other types.',
    }),
    computeRealogram: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether its analyses have a realogram.',
    }),
    computeShares: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether its analyses have shares.',
    }),
    threshold: t.float({ description: "Lowest confidence reported, 0..1; left out: the pipeline's." }),
    topCandidates: t.int({
      required: true,
      defaultValue: 1,
      description: 'How many alternatives each detection, or labels the image, lists, 0..20.',
    }),
    acceptGroups: t.stringList({
      description:
        'FILTER: groups of labels that accept an image, at least one; labels of the pipeline must have them (those of `classify`: animal, food, household, other, person, vehicle). Not for other types.',
    }),
    pipeline: t.string({
      description: `${pipelineHelp} Left out: \`shelf\` for DETECTION, \`classify\` for CLASSIFICATION and FILTER, where they are not here the first of them that runs the type.`,
    }),
  }),
});

const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'What changes of a task: what is left out stays, what is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of the task.' }),
    name: t.string({ description: '1 to 255 characters; cannot be cleared.' }),
    description: t.string({ description: 'At most 5000 characters.' }),
    addCatalogItemIds: t.idList({ description: 'Items to look for, too. Not for a task that looks for everything.' }),
    removeCatalogItemIds: t.idList({ description: 'Items of its list to look for no more.' }),
    computeRealogram: t.boolean({ description: 'Of analyses submitted from now on; null: false.' }),
    computeShares: t.boolean({ description: 'Of analyses submitted from now on; null: false.' }),
    threshold: t.float({ description: "0..1; null: the pipeline's." }),
    topCandidates: t.int({ description: '0..20; null: 1.' }),
    acceptGroups: t.stringList({
      description: 'FILTER, of analyses submitted from now on: at least one. Not for other types.',
    }),
    pipeline: t.string({ description: `${pipelineHelp} null: as when a task is made without.` }),
  }),
});

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
