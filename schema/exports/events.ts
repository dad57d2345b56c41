import { isExportSettled } from '../../src/exports/export-status.ts';
import { findExports, readExportMember } from '../../src/exports/exports.repository.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId } from '../core/stream.ts';
import { Export, ExportStatus } from './export.ts';

entitySubscription('exportEvents', {
  description: 'Changes of one export. The stream completes when the export is no longer RUNNING.',
  kind: 'EXPORT',
  union: 'ExportEvent',
  change: {
    name: 'ExportChanged',
    description: 'The status of an export changed.',
    fields: (t) => ({
      status: t.field({
        type: ExportStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
    }),
  },
  entity: { field: 'export', noun: 'export', idKind: 'export', type: Export, find: findExports },
  args: (t) => ({ id: t.id({ required: true, description: 'The export to follow.' }) }),
  narrow: ({ id }, context) => {
    const exportId = streamId('export', id, 'id')!;
    return {
      entityIds: [exportId],
      members: (trx) => readExportMember(trx, organizationOf(context), exportId),
      isSettled: ({ status }) => isExportSettled(status),
    };
  },
});
