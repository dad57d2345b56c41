import type { BatchFilter as BatchFilterRow } from '../../src/batches/batch-filter.ts';
import type { BatchRow } from '../../src/batches/batches.repository.ts';
import {
  type BatchOrder as BatchOrderRow,
  countBatches,
  listBatches,
} from '../../src/batches/list-batches.repository.ts';
import { newestFirst } from '../../src/database/ordered-list.ts';
import { uuidsOf } from '../../src/given-id.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenIds } from '../core/given-id.ts';
import { orderInput, orderKey } from '../core/order.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { Batch, BatchStatus } from './batch.ts';

const BatchConnection = connectionType<BatchRow>('Batch', Batch);

const BatchFilter = builder.inputType('BatchFilter', {
  description: 'Filters for batches. A batch must match all of them; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    taskId: t.id({ description: 'Only batches of this task.' }),
    status: t.field({ type: [BatchStatus], description: 'Only batches with one of these statuses.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only batches submitted in this period.' }),
    finishedAt: t.field({ type: DateTimeRange, description: 'Only batches whose last analysis ended in this period.' }),
  }),
});

const BatchOrder = orderInput<BatchOrderRow['field']>('Batch', 'batches', {
  CREATED_AT: { description: 'The time of submission.' },
  FINISHED_AT: {
    description: 'The time at which the last analysis ended. Batches that are not COMPLETED come last.',
  },
});

/** A malformed id matches nothing. */
function ofTask(taskId: string | null | undefined): BatchFilterRow {
  return taskId == null ? {} : { taskIds: uuidsOf(givenIds('task', [taskId])) };
}

function toBatchFilter({ taskId, status, createdAt, finishedAt }: typeof BatchFilter.$inferInput): BatchFilterRow {
  return {
    ...ofTask(taskId),
    statuses: status ?? undefined,
    createdAt: createdAt ?? undefined,
    finishedAt: finishedAt ?? undefined,
  };
}

builder.queryField('batches', (t) =>
  t.field({
    type: BatchConnection,
    description: 'The batches of the organisation.',
    permits: ['NARROWED'],
    args: {
      ...pageArgs(t.arg),
      taskId: t.arg.id({ description: 'Only batches of this task; the same as filter.taskId. Default: all.' }),
      filter: t.arg({ type: BatchFilter, description: 'Which batches to list. Default: all.' }),
      orderBy: t.arg({ type: BatchOrder, description: 'The order of the list. Default: newest first.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { taskId, filter, orderBy, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { db } = context.app;
      const filters = [ofTask(taskId), toBatchFilter(filter ?? {}), { narrowing: narrowingOf(context) }];
      const order = orderBy ?? newestFirst;
      const key = orderKey<typeof order.field, BatchRow>('batches', { FINISHED_AT: 'time' }, order);
      return connect(page, key, {
        load: (keyset) => listBatches(db, organizationId, filters, keyset, order),
        count: () => countBatches(db, organizationId, filters),
      });
    },
  }),
);
