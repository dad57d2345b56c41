import { findBatches } from '../../src/batches/batches.repository.ts';
import { readBatchMembers } from '../../src/batches/members.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId } from '../core/stream.ts';
import { Batch } from './batch.ts';

entitySubscription('batchEvents', {
  description: 'The progress of one batch. The stream completes when the batch is COMPLETED.',
  permits: ['NARROWED'],
  kind: 'BATCH',
  union: 'BatchEvent',
  change: {
    name: 'BatchProgressed',
    description:
      'More analyses of a batch have ended. Only the latest progress is delivered: earlier progress may be skipped.',
  },
  entity: { field: 'batch', noun: 'batch', idKind: 'batch', type: Batch, find: findBatches },
  args: (t) => ({ batchId: t.id({ required: true, description: 'The batch to follow.' }) }),
  narrow: (args) => {
    const batchId = streamId('batch', args.batchId, 'batchId')!;
    return {
      entityIds: [batchId],
      memberSet: { key: batchId, read: readBatchMembers },
      isSettled: ({ status }) => status === 'COMPLETED',
    };
  },
});
