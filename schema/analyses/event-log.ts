import { eventDays } from '../../src/events/log.ts';
import type { StreamPage } from '../../src/events/stream-page.ts';
import { builder } from '../core/builder.ts';
import { defaultPageSize, firstArg, pageComplexity } from '../core/connection.ts';
import { readStream } from '../core/stream.ts';
import { AnalysisEventFilter, analysisEvents } from './events.ts';

const AnalysisEventLog = builder.objectRef<StreamPage<'ANALYSIS'>>('AnalysisEventLog').implement({
  description: 'One page of the events that analysisEvents delivers.',
  fields: (t) => ({
    events: t.field({
      type: [analysisEvents.union],
      description:
        'The events, in the order in which they were committed. A StreamResync is the only entry of its page: read the current state again, then continue from `cursor`.',
      // The cost of the entries is part of the page's.
      complexity: { field: 0, multiplier: 1 },
      resolve: ({ items }) => items,
    }),
    cursor: t.exposeString('cursor', {
      description:
        'Pass it as `after` in the next request, or to analysisEvents: no event is missed or repeated. It may lie behind the last event of the page, so keep this one.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'True: request the next page at once. False: these were all events so far.',
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description:
        'True once all analyses of `ids` or `batchId` have ended and all their events were returned, where analysisEvents would complete. Always false without either.',
    }),
  }),
});

builder.queryField('analysisEventLog', (t) =>
  t.field({
    type: AnalysisEventLog,
    permits: ['NARROWED'],
    description: `The events of analysisEvents as a query, for programs that cannot keep a connection open. It returns what has happened and does not wait. Events are kept for up to ${eventDays} days (see Organization.retention).`,
    args: {
      filter: t.arg({
        type: AnalysisEventFilter,
        required: true,
        description: 'Which analyses to report; `{}` reports all.',
      }),
      after: t.arg.string({
        description:
          'The `cursor` of the previous page, the cursor of an event, or an eventCursor. Default: now, so that the first page has only the cursor; with `ids` or `batchId` it has the current state of each analysis.',
      }),
      first: firstArg(t.arg),
    },
    complexity: pageComplexity,
    resolve: async (_root, { filter, after, first }, context) =>
      readStream(context, await analysisEvents.toRequest({ filter }, after, context), first ?? defaultPageSize),
  }),
);
