import { findCorrections } from '../../src/corrections/corrections.repository.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId } from '../core/stream.ts';
import { Correction, CorrectionStatus } from './correction.ts';

const CorrectionEventFilter = builder.inputType('CorrectionEventFilter', {
  description: 'Filters for a stream of corrections. An event must match all of them.',
  fields: (t) => ({
    taskId: t.id({ description: 'Only corrections of analyses of this task.' }),
    analysisId: t.id({ description: 'Only corrections that were made on this analysis.' }),
    status: t.field({ type: CorrectionStatus, description: 'Only changes to this status.' }),
  }),
});

entitySubscription('correctionEvents', {
  description:
    'Corrections that are made, approved and removed, in the order in which that was committed. The stream never completes. Corrections that are deleted with their analyses have no event.',
  permits: ['NARROWED'],
  kind: 'CORRECTION',
  union: 'CorrectionEvent',
  change: {
    name: 'CorrectionChanged',
    description: 'A correction was made, approved or removed.',
    fields: (t) => ({
      status: t.field({
        type: CorrectionStatus,
        nullable: true,
        description: 'The status after this change. Null if the correction was removed, or replaced by another one.',
        resolve: ({ event }) => event.state.status,
      }),
      previousStatus: t.field({
        type: CorrectionStatus,
        nullable: true,
        description: 'The status before this change. Null for a new correction.',
        resolve: ({ event }) => event.state.previousStatus,
      }),
      analysisId: t.id({
        description: 'The id of the analysis that the correction was made on.',
        resolve: ({ event }) => encodeId('analysis', event.state.analysisId),
      }),
    }),
  },
  entity: { field: 'correction', noun: 'correction', idKind: 'correction', type: Correction, find: findCorrections },
  args: (t) => ({
    filter: t({
      type: CorrectionEventFilter,
      required: true,
      description: 'Which corrections to follow; `{}` follows all.',
    }),
  }),
  narrow: ({ filter }) => {
    const taskId = streamId('task', filter.taskId, 'taskId');
    const analysisId = streamId('analysis', filter.analysisId, 'analysisId');
    const { status } = filter;
    return {
      ...(taskId && { taskId }),
      matches: ({ state }) =>
        (analysisId === undefined || analysisId === state.analysisId) && (status == null || status === state.status),
    };
  },
});
