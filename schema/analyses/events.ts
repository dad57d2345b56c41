import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import { isTerminal } from '../../src/analyses/life.ts';
import { readAnalysisMembers, readBatchAnalyses } from '../../src/analyses/members.ts';
import { findBatches } from '../../src/batches/batches.repository.ts';
import type { EventState } from '../../src/events/event.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { someMustExist, streamId, streamIds } from '../core/stream.ts';
import { Analysis } from './analysis.ts';
import { statusChangeFields } from './common-fields.ts';
import { AnalysisStatus } from './enums.ts';

export const AnalysisEventFilter = builder.inputType('AnalysisEventFilter', {
  description:
    'Filters for a stream of analyses. An event must match all of them; an empty filter matches every analysis of the organisation. The other filters of AnalysisFilter cannot be decided from an event: read `analysis` and decide from that.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these analyses, 1 to 500. The stream completes when all of them have ended.' }),
    taskId: t.id({ description: 'Only analyses of this task.' }),
    batchId: t.id({ description: 'Only analyses in this batch. The stream completes when all of them have ended.' }),
    status: t.field({ type: [AnalysisStatus], description: 'Only changes to one of these statuses.' }),
    imageId: t.id({ description: 'Only analyses of this image.' }),
    externalId: t.string({ description: 'Only analyses with exactly this externalId.' }),
    placeId: t.string({ description: 'Only analyses with exactly this placeId.' }),
    visitId: t.string({ description: 'Only analyses with exactly this visitId.' }),
    minConfidence: t.float({
      description:
        'Only changes to SUCCEEDED with a mean confidence of at least this, 0 to 1; in the initial states of a stream, only analyses that have it.',
    }),
  }),
});

export const analysisEvents = entitySubscription('analysisEvents', {
  description:
    'Status changes of analyses, in the order in which they were committed. With `ids` or `batchId` in the filter, the stream completes when all those analyses have ended.',
  permits: ['NARROWED'],
  kind: 'ANALYSIS',
  union: 'AnalysisEvent',
  change: {
    name: 'AnalysisStatusChanged',
    description: 'The status of an analysis changed. Every change is delivered; changes are never merged.',
    fields: (t) => statusChangeFields(t, ({ state }) => state.previousStatus),
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
    const test = hasEventFilter(filter) ? eventTest(filter) : null;
    const isFiniteSet = Object.keys(set).length > 0;
    const narrowing = narrowingOf(context);
    const isWholeBatch = batchId !== undefined && !entityIds && taskId === undefined && narrowing === null;
    return {
      ...(entityIds && { entityIds }),
      ...(batchId && { batchId }),
      ...(taskId && { taskId }),
      ...(test && { matches: ({ state }) => test(state) }),
      ...(isFiniteSet && { isSettled: hasEnded }),
      // What follows one whole batch, as most streams do, is read together with other batches.
      ...(isWholeBatch && { memberSet: { key: batchId, read: readBatchAnalyses } }),
      ...(isFiniteSet &&
        !isWholeBatch && {
          members: (trx) => readAnalysisMembers(trx, organizationOf(context), [set, { taskId, narrowing }]),
        }),
    };
  },
  mustExist: async ({ filter }, context) => {
    const batchId = streamId('batch', filter.batchId, 'batchId');
    if (batchId) await someMustExist(context, { idKind: 'batch', find: findBatches }, [batchId]);
  },
});

type Filter = typeof AnalysisEventFilter.$inferInput;

const hasEnded = ({ status }: EventState<'ANALYSIS'>) => isTerminal(status);

/** Fields of which the log has an index. */
const indexed: ReadonlySet<string> = new Set(['ids', 'taskId', 'batchId'] satisfies (keyof Filter)[]);

function hasEventFilter(filter: Filter): boolean {
  return Object.entries(filter).some(([name, value]) => value != null && !indexed.has(name));
}

/** The filters that are applied event by event. */
function eventTest({ status, imageId, externalId, placeId, visitId, minConfidence }: Filter) {
  const image = streamId('image', imageId, 'imageId');
  return (state: EventState<'ANALYSIS'>): boolean =>
    (status == null || status.some((wanted) => wanted === state.status)) &&
    (image === undefined || image === state.imageId) &&
    (externalId == null || externalId === state.externalId) &&
    (placeId == null || placeId === state.placeId) &&
    (visitId == null || visitId === state.visitId) &&
    (minConfidence == null || (state.confidence ?? -1) >= minConfidence);
}
