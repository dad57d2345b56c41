import { countTasks, listTasks, type TaskRow } from '../../src/tasks/tasks.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { TaskType } from '../models/pipeline.ts';
import { TaskConnection } from './task.ts';

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
