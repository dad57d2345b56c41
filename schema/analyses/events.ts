import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import { isSettledStatus, readAnalysisMembers } from '../../src/analyses/members.ts';
import type { EventState } from '../../src/events/event.ts';
import { loadEventEntity } from '../../src/events/tick.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { loadInOrder } from '../core/load-in-order.ts';
import {
  afterDescription,
  type Delivered,
  openStream,
  StreamEvent,
  streamId,
  streamIds,
  streamUnion,
} from '../core/stream.ts';
import { Analysis } from './analysis.ts';
import { AnalysisStatus } from './analysis-status.ts';

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

const AnalysisStatusChanged = builder.objectRef<Delivered>('AnalysisStatusChanged').implement({
  description: 'An analysis moved to another status. Every move is sent, none is merged with the next.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    analysisId: t.id({
      description: 'Of the analysis.',
      resolve: ({ event }) => encodeId('analysis', event.entityId),
    }),
    status: t.field({
      type: AnalysisStatus,
      description: 'After this move.',
      resolve: ({ event }) => event.state.status as never,
    }),
    previousStatus: t.field({
      type: AnalysisStatus,
      nullable: true,
      description: 'Before this move; null: it was just made, or this is its state when the stream began.',
      resolve: ({ event }) => event.state.previousStatus as never,
    }),
    analysis: t.field({
      type: Analysis,
      nullable: true,
      description: 'As it is now, which may be later than this event; null when it has been deleted since.',
      resolve: ({ event }, _args, { app }) =>
        loadEventEntity(event, (ids) =>
          loadInOrder(ids, (row) => row.id, findAnalyses(app.db, event.organizationId, ids)),
        ),
    }),
  }),
});

const AnalysisEvent = streamUnion('AnalysisEvent', AnalysisStatusChanged, 'What analysisEvents delivers.');

builder.subscriptionField('analysisEvents', (t) =>
  t.field({
    type: AnalysisEvent,
    description:
      'Status changes of analyses, in the order in which they were committed. With ids or batchId it completes when all of them have ended.',
    args: {
      filter: t.arg({ type: AnalysisEventFilter, required: true, description: 'Which ones; `{}`: all.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_root, { filter, after }, context) => {
      const entityIds = streamIds('analysis', filter.ids);
      const batchId = streamId('batch', filter.batchId, 'batchId');
      const taskId = streamId('task', filter.taskId, 'taskId');
      const set = { ...(entityIds && { ids: entityIds }), ...(batchId && { batchId }) };
      const isFiniteSet = Object.keys(set).length > 0;
      return openStream(context, {
        kind: 'ANALYSIS',
        after: after ?? null,
        ...(entityIds && { entityIds }),
        ...(batchId && { batchId }),
        ...(taskId && { taskId }),
        matches: ({ state }) => matches(filter, state),
        ...(isFiniteSet && {
          members: (trx) => readAnalysisMembers(trx, organizationOf(context), [set, taskId ? { taskId } : {}]),
          isSettled: ({ status }) => isSettledStatus(status),
        }),
      });
    },
    resolve: (item) => item,
  }),
);

/** What is looked at event by event; the rest is indexed. */
function matches({ status, placeId }: typeof AnalysisEventFilter.$inferInput, state: EventState): boolean {
  if (status && !status.some((wanted) => wanted === state.status)) return false;
  return placeId == null || placeId === state.placeId;
}
