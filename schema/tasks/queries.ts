import { countTasks, listTasks, type TaskRow } from '../../src/tasks/tasks.repository.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { TaskType } from '../models/pipeline.ts';
import { TaskConnection } from './task.ts';

const TaskFilter = builder.inputType('TaskFilter', {
  description: 'Filters for tasks. A task must match all of them; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these tasks.' }),
    name: t.string({ description: 'Only tasks with exactly this name.' }),
    type: t.field({ type: TaskType, description: 'Only tasks of this type.' }),
    catalogItemId: t.id({ description: 'Only tasks that look for this catalogue item.' }),
  }),
});

builder.queryField('tasks', (t) =>
  t.field({
    type: TaskConnection,
    description: 'The tasks of the organisation, newest first, without deleted ones.',
    permits: ['NARROWED'],
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: TaskFilter, description: 'Which tasks to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { catalogItemId, ids, ...rest } = filter ?? {};
      const narrowed = {
        ...rest,
        ids: givenIds('task', ids),
        narrowing: narrowingOf(context),
        catalogItem: catalogItemId == null ? null : givenId('catalogItem', catalogItemId),
      };
      return connect(page, idKey<TaskRow>('tasks'), {
        load: (keyset) => listTasks(context.app.db, organizationId, narrowed, keyset),
        count: () => countTasks(context.app.db, organizationId, narrowed),
      });
    },
  }),
);
