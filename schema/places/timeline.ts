import type { AnalysisRow } from '../../src/analyses/columns.ts';
import {
  countTimeline,
  listTimeline,
  maxTimelinePictures,
  type TimelineEntryRow,
} from '../../src/places/timeline.repository.ts';
import { Analysis } from '../analyses/analysis.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { filterId } from '../core/given-id.ts';
import { orderKey } from '../core/order.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { loadVisitNamed, Visit } from '../visits/visit.ts';
import { Place } from './places.ts';

const TimelineEntry = builder.objectRef<TimelineEntryRow>('PlaceTimelineEntry').implement({
  description:
    'What was photographed at a place on one occasion: the pictures of one visit at this place, or one picture that belongs to no visit. Of a picture that was rerun, the latest run counts.',
  fields: (t) => ({
    firstTakenAt: t.field({
      type: 'DateTime',
      description: 'When its first picture was taken: its recordedAt, or the time of submission if it has none.',
      resolve: (row) => row.first_taken_at,
    }),
    lastTakenAt: t.field({
      type: 'DateTime',
      description: 'When its last picture was taken. Equal to firstTakenAt if there is one picture.',
      resolve: (row) => row.last_taken_at,
    }),
    visit: t.field({
      type: Visit,
      nullable: true,
      description: 'The visit. Null if the picture belongs to none.',
      resolve: ({ visit_id }, _args, context) => loadVisitNamed(context, visit_id),
    }),
    pictureCount: t.exposeInt('picture_count', { description: 'Number of pictures.' }),
    latestAnalyses: t.field({
      type: [Analysis],
      description: `The analyses of the pictures that were taken last, the latest first, at most ${maxTimelinePictures}. The others of a visit are in Visit.analyses.`,
      complexity: { field: 1, multiplier: maxTimelinePictures },
      resolve: async ({ analysis_ids }, _args, context) => {
        const analyses = await Analysis.getDataloader(context).loadMany(analysis_ids);
        return analyses.filter(
          (analysis): analysis is AnalysisRow => analysis !== null && !(analysis instanceof Error),
        );
      },
    }),
  }),
});

const TimelineConnection = connectionType<TimelineEntryRow>('PlaceTimelineEntry', TimelineEntry);

const TimelineFilter = builder.inputType('PlaceTimelineFilter', {
  description: 'Filters for what was photographed at a place; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    taskId: t.id({ description: 'Only pictures that this task analysed.' }),
    visitIds: t.stringList({ description: 'Only pictures of visits with one of these ids of your own.' }),
    takenAt: t.field({
      type: DateTimeRange,
      description:
        'Only pictures taken in this period: by their recordedAt, or the time of submission if they have none.',
    }),
  }),
});

const latestFirst = { field: 'TAKEN_AT', direction: 'DESC' } as const;

builder.objectField(Place, 'timeline', (t) =>
  t.field({
    type: TimelineConnection,
    description: 'What was photographed here, in the order of when the pictures were taken, the latest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: TimelineFilter, description: 'Which pictures count. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: ({ place_id }, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { db } = context.app;
      const wanted = {
        taskId: filterId('task', filter?.taskId),
        visitIds: filter?.visitIds ?? undefined,
        takenAt: filter?.takenAt ?? undefined,
        narrowing: narrowingOf(context),
      };
      return connect(page, orderKey<'TAKEN_AT', TimelineEntryRow>('placeTimeline', { TAKEN_AT: 'time' }, latestFirst), {
        load: (keyset) => listTimeline(db, organizationId, place_id!, wanted, keyset),
        count: () => countTimeline(db, organizationId, place_id!, wanted),
      });
    },
  }),
);
