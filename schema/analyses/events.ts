import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import { isTerminal } from '../../src/analyses/life.ts';
import { readAnalysisMembers } from '../../src/analyses/members.ts';
import type { EventState } from '../../src/events/event.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId, streamIds } from '../core/stream.ts';
import { Analysis, AnalysisStatus } from './analysis.ts';

const AnalysisEventFilter = builder.inputType('AnalysisEventFilter', {
  description: 'Narrowing rules, all of which must hold; empty means the whole organisation.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these analyses, at most 500; the stream completes when all have ended.' }),
    taskId: t.id({ description: 'Of this task.' }),
    batchId: t.id({ description: 'Members of this batch; the stream completes when all have ended.' }),
    status: t.field({ type: [AnalysisStatus], description: 'Only changes to one of these.' }),
    placeId: t.string({ description: 'Exactly.' }),
  }),
});

entitySubscription('analysisEvents', {
  description:
    'Status changes of analyses, in the order in which they were committed. With ids or batchId it completes when all of them have ended.',
  kind: 'ANALYSIS',
  union: 'AnalysisEvent',
  change: {
    name: 'AnalysisStatusChanged',
    description: 'An analysis moved to another status. Every move is sent, none is merged with the next.',
    fields: (t) => ({
      status: t.field({
        type: AnalysisStatus,
        description: 'After this move.',
        resolve: ({ event }) => event.state.status,
      }),
      previousStatus: t.field({
        type: AnalysisStatus,
        nullable: true,
        description: 'Before this move; null: it was just made, or this is its state when the stream began.',
        resolve: ({ event }) => event.state.previousStatus,
      }),
    }),
  },
  entity: { field: 'analysis', noun: 'analysis', idKind: 'analysis', type: Analysis, find: findAnalyses },
  args: (t) => ({
    filter: t({ type: AnalysisEventFilter, required: true, description: 'Which ones; `{}`: all.' }),
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
});

/** What is looked at event by event; the rest is indexed. */
function matches({ status, placeId }: typeof AnalysisEventFilter.$inferInput, state: EventState<'ANALYSIS'>): boolean {
  if (status && !status.some((wanted) => wanted === state.status)) return false;
  return placeId == null || placeId === state.placeId;
}
