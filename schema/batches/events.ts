import { findBatches } from '../../src/batches/batches.repository.ts';
import { readBatchMember } from '../../src/batches/members.ts';
import { loadEventEntity } from '../../src/events/tick.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { loadInOrder } from '../core/load-in-order.ts';
import { afterDescription, type Delivered, openStream, StreamEvent, streamId, streamUnion } from '../core/stream.ts';
import { Batch } from './batch.ts';

const BatchProgressed = builder.objectRef<Delivered>('BatchProgressed').implement({
  description: 'More of a batch has ended. Sent as the latest state: progress that came before may be left out.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    batchId: t.id({ description: 'Of the batch.', resolve: ({ event }) => encodeId('batch', event.entityId) }),
    batch: t.field({
      type: Batch,
      nullable: true,
      description: 'As it is now; null when it has been deleted since.',
      resolve: ({ event }, _args, { app }) =>
        loadEventEntity(event, (ids) =>
          loadInOrder(ids, (row) => row.id, findBatches(app.db, event.organizationId, ids)),
        ),
    }),
  }),
});

const BatchEvent = streamUnion('BatchEvent', BatchProgressed, 'What batchEvents delivers.');

builder.subscriptionField('batchEvents', (t) =>
  t.field({
    type: BatchEvent,
    description: 'Progress of one batch; completes when the batch is COMPLETED.',
    args: {
      batchId: t.arg.id({ required: true, description: 'Which one.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_root, args, context) => {
      const batchId = streamId('batch', args.batchId, 'batchId')!;
      return openStream(context, {
        kind: 'BATCH',
        after: args.after ?? null,
        entityIds: [batchId],
        members: (trx) => readBatchMember(trx, organizationOf(context), batchId),
        isSettled: ({ status }) => status === 'COMPLETED',
      });
    },
    resolve: (item) => item,
  }),
);
