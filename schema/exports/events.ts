import { loadEventEntity } from '../../src/events/tick.ts';
import { isExportSettled } from '../../src/exports/export-status.ts';
import { findExports, readExportMember } from '../../src/exports/exports.repository.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { loadInOrder } from '../core/load-in-order.ts';
import { afterDescription, type Delivered, openStream, StreamEvent, streamId, streamUnion } from '../core/stream.ts';
import { Export, ExportStatus } from './export.ts';

const ExportChanged = builder.objectRef<Delivered>('ExportChanged').implement({
  description: 'An export has come to another status.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    exportId: t.id({ description: 'Of the export.', resolve: ({ event }) => encodeId('export', event.entityId) }),
    status: t.field({
      type: ExportStatus,
      description: 'After this change.',
      resolve: ({ event }) => event.state.status as never,
    }),
    export: t.field({
      type: Export,
      nullable: true,
      description: 'As it is now, which may be later than this event; null when it has been deleted since.',
      resolve: ({ event }, _args, { app }) =>
        loadEventEntity(event, (ids) =>
          loadInOrder(ids, (row) => row.id, findExports(app.db, event.organizationId, ids)),
        ),
    }),
  }),
});

const ExportEvent = streamUnion('ExportEvent', ExportChanged, 'What exportEvents delivers.');

builder.subscriptionField('exportEvents', (t) =>
  t.field({
    type: ExportEvent,
    description: 'What becomes of one export; completes when it is no longer RUNNING.',
    args: {
      id: t.arg.id({ required: true, description: 'Which one.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_root, { id, after }, context) => {
      const exportId = streamId('export', id, 'id')!;
      return openStream(context, {
        kind: 'EXPORT',
        after: after ?? null,
        entityIds: [exportId],
        members: (trx) => readExportMember(trx, organizationOf(context), exportId),
        isSettled: ({ status }) => isExportSettled(status),
      });
    },
    resolve: (item) => item,
  }),
);
