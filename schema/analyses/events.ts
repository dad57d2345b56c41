import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import { isTerminal } from '../../src/analyses/life.ts';
import { readAnalysisMembers } from '../../src/analyses/members.ts';
import { findBatches } from '../../src/batches/batches.repository.ts';
import type { EventState } from '../../src/events/event.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { someMustExist, streamId, streamIds } from '../core/stream.ts';
import { Analysis } from './analysis.ts';
import { AnalysisStatus } from './enums.ts';

export const AnalysisEventFilter = builder.inputType('AnalysisEventFilter', {
  description:
    'Filters for a stream of analyses. An event must match all of them; an empty filter matches every analysis of the organisation.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these analyses, 1 to 500. The stream completes when all of them have ended.' }),
    taskId: t.id({ description: 'Only analyses of this task.' }),
    batchId: t.id({ description: 'Only analyses in this batch. The stream completes when all of them have ended.' }),
    status: t.field({ type: [AnalysisStatus], description: 'Only changes to one of these statuses.' }),
    placeId: t.string({ description: 'Only analyses with exactly this placeId.' }),
  }),
});

export const analysisEvents = entitySubscription('analysisEvents', {
  description:
    'Status changes of analyses, in the order in which they were committed. With `ids` or `batchId` in the filter, the stream completes when all those analyses have ended.',
  kind: 'ANALYSIS',
  union: 'AnalysisEvent',
  change: {
    name: 'AnalysisStatusChanged',
    description: 'The status of an analysis changed. Every change is delivered; changes are never merged.',
    fields: (t) => ({
      status: t.field({
        type: AnalysisStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
      previousStatus: t.field({
        type: AnalysisStatus,
        nullable: true,
        description:
          'The status before this change. Null for a new analysis, and for the initial state that a stream starts with.',
        resolve: ({ event }) => event.state.previousStatus,
      }),
    }),
  },
  entity: { field: 'analysis', noun: 'analysis', idKind: 'analysis', type: Analysis, find: findAnalyses },
  args: (t) => ({
    filter: t({
      type: AnalysisEventFilter,
      required: true,
      description: 'Which analyses to follow; `{}` follows all.',
    }),
  }),
  narrow: ({ filter }, context) => {
    const entityIds = streamIds('analysis', filter.ids);
    const batchId = streamId('batch', filter.batchId, 'batchId');
    const taskId = streamId('task', filter.taskId, 'taskId');
    const set = { ...(entityIds && { ids: entityIds }), ...(batchId && { batchId }) };
    const isFiniteSet = Object.keys(set).length > 0;
    return {
      ...(entityIds && { entityIds }),
      ...(batchId && { batchId }),
      ...(taskId && { taskId }),
      matches: ({ state }) => matches(filter, state),
      ...(isFiniteSet && {
        members: (trx) => readAnalysisMembers(trx, organizationOf(context), [set, taskId ? { taskId } : {}]),
        isSettled: ({ status }) => isTerminal(status),
      }),
    };
  },
  mustExist: async ({ filter }, context) => {
    const batchId = streamId('batch', filter.batchId, 'batchId');
    if (batchId) await someMustExist(context, { idKind: 'batch', find: findBatches }, [batchId]);
  },
});

/** The filters that are applied event by event; the log has an index for the others. */
function matches({ status, placeId }: typeof AnalysisEventFilter.$inferInput, state: EventState<'ANALYSIS'>): boolean {
  if (status && !status.some((wanted) => wanted === state.status)) return false;
  return placeId == null || placeId === state.placeId;
}
