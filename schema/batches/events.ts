import { findBatches } from '../../src/batches/batches.repository.ts';
import { readBatchMember } from '../../src/batches/members.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId } from '../core/stream.ts';
import { Batch } from './batch.ts';

entitySubscription('batchEvents', {
  description: 'Progress of one batch; completes when the batch is COMPLETED.',
  kind: 'BATCH',
  union: 'BatchEvent',
  change: {
    name: 'BatchProgressed',
    description: 'More of a batch has ended. Sent as the latest state: progress that came before may be left out.',
  },
  entity: { field: 'batch', noun: 'batch', idKind: 'batch', type: Batch, find: findBatches },
  args: (t) => ({ batchId: t.id({ required: true, description: 'Which one.' }) }),
  narrow: (args, context) => {
    const batchId = streamId('batch', args.batchId, 'batchId')!;
    return {
      entityIds: [batchId],
      members: (trx) => readBatchMember(trx, organizationOf(context), batchId),
      isSettled: ({ status }) => status === 'COMPLETED',
    };
  },
});
