import { type BatchRow, countBatches, listBatches } from '../../src/batches/batches.repository.ts';
import { decodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { Batch } from './batch.ts';

const BatchConnection = connectionType<BatchRow>('Batch', Batch);

builder.queryField('batches', (t) =>
  t.field({
    type: BatchConnection,
    description: 'The batches of the organisation, newest first.',
    args: { ...pageArgs(t.arg), taskId: t.arg.id({ description: 'Only batches of this task. Default: all.' }) },
    complexity: pageComplexity,
    resolve: (_root, args, context) => {
      const organizationId = organizationOf(context);
      const { db } = context.app;
      const taskId = args.taskId == null ? undefined : decodeId('task', args.taskId);
      return connect(args, idKey<BatchRow>('batches'), {
        load: async (keyset) => (taskId === null ? [] : listBatches(db, organizationId, { taskId }, keyset)),
        count: async () => (taskId === null ? 0 : countBatches(db, organizationId, { taskId })),
      });
    },
  }),
);
