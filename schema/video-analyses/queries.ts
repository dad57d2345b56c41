import type { Context } from '../../src/context.ts';
import type { VideoAnalysisRow } from '../../src/video-analyses/row.ts';
import {
  countVideoAnalyses,
  listVideoAnalyses,
  type VideoAnalysisFilter as VideoAnalysisFilterRow,
} from '../../src/video-analyses/video-analyses.repository.ts';
import { AnalysisStatus } from '../analyses/enums.ts';
import { toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, idKey, type PageArgs, pageArgs, pageComplexity } from '../core/connection.ts';
import { filterId } from '../core/given-id.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { Video } from '../videos/video.ts';
import { Visit } from '../visits/visit.ts';
import { VideoAnalysisConnection } from './video-analysis.ts';

const VideoAnalysisFilter = builder.inputType('VideoAnalysisFilter', {
  description:
    'Filters for video analyses. An analysis must match all of them; one that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these video analyses.' }),
    taskId: t.id({ description: 'Only those of this task.' }),
    videoId: t.id({ description: 'Only those of this video.' }),
    status: t.field({ type: [AnalysisStatus], description: 'Only those with one of these statuses.' }),
    externalId: t.string({ description: 'Only those with exactly this externalId.' }),
    placeId: t.string({ description: 'Only those with exactly this placeId.' }),
    visitId: t.string({ description: 'Only those with exactly this visitId.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only those submitted in this period.' }),
  }),
});

function toFilter(input: typeof VideoAnalysisFilter.$inferInput | null | undefined): VideoAnalysisFilterRow {
  return { ...toAnalysisFilter(input, 'videoAnalysis'), videoId: filterId('video', input?.videoId) };
}

function connectVideoAnalyses(context: Context, page: PageArgs, wanted: VideoAnalysisFilterRow) {
  const organizationId = organizationOf(context);
  const filter = { ...wanted, narrowing: narrowingOf(context) };
  return connect(page, idKey<VideoAnalysisRow>('videoAnalyses'), {
    load: (keyset) => listVideoAnalyses(context.app.db, organizationId, filter, keyset),
    count: () => countVideoAnalyses(context.app.db, organizationId, filter),
  });
}

builder.queryField('videoAnalyses', (t) =>
  t.field({
    type: VideoAnalysisConnection,
    permits: ['NARROWED'],
    description: 'The video analyses of the organisation, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: VideoAnalysisFilter, description: 'Which video analyses to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => connectVideoAnalyses(context, page, toFilter(filter)),
  }),
);

builder.objectField(Video, 'analyses', (t) =>
  t.field({
    type: VideoAnalysisConnection,
    description: 'The analyses of this video, newest first.',
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: ({ id }, page, context) => connectVideoAnalyses(context, page, { videoId: id }),
  }),
);

builder.objectField(Visit, 'videoAnalyses', (t) =>
  t.field({
    type: VideoAnalysisConnection,
    description:
      'The analyses of its videos, newest first. They do not count for its compliance, which is that of its images.',
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: ({ visit_id }, page, context) => connectVideoAnalyses(context, page, { visitId: visit_id }),
  }),
);
