import { type CancelResult, cancelAnalyses } from '../../src/analyses/cancel.service.ts';
import {
  type DeletedAnalysis as DeletedAnalysisShape,
  type DeletionResult,
  deleteAnalyses,
} from '../../src/analyses/delete.service.ts';
import type { Context } from '../../src/context.ts';
import type { GivenId } from '../../src/given-id.ts';
import { encodeId } from '../../src/ids.ts';
import { ConflictError, NotFoundError } from '../../src/user-error.ts';
import { type CancelVideoResult, cancelVideos, cancelVideosOfTask } from '../../src/video-requests/cancel-videos.ts';
import { deleteVideoAnalyses } from '../../src/video-requests/delete-video-analyses.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { isVideoAnalysis, VideoAnalysis } from '../video-analyses/video-analysis.ts';
import { Analysis } from './analysis.ts';
import { AnalysisTarget, isOfVideo, toAnalysisTarget } from './inputs.ts';

const CancelAnalysisResult = resultUnion('CancelAnalysisResult', {
  description: 'The cancelled analysis. ConflictError: it had already ended.',
  success: Analysis,
  other: { type: VideoAnalysis as never, is: isVideoAnalysis },
  errors: [NotFoundError, ConflictError],
});

const CancelAnalysesPayload = builder
  .objectRef<(CancelResult | CancelVideoResult)[]>('CancelAnalysesPayload')
  .implement({
    description: 'The outcome for each analysis.',
    fields: (t) => ({
      results: t.field({
        type: [CancelAnalysisResult],
        description:
          'With ids: one result per id, in their order. With a batch or task: the analyses that were cancelled, in the order of submission; those that had already ended are omitted.',
        resolve: (results) => results as never,
      }),
    }),
  });

builder.mutationField('cancelAnalyses', (t) =>
  t.field({
    type: CancelAnalysesPayload,
    description:
      'Cancels analyses of images and videos that have not ended. Those that wait never run; the result of one that is running is discarded. Of a video, the seconds that were analysed before stay readable.',
    args: { target: t.arg({ type: AnalysisTarget, required: true, description: 'Which analyses to cancel.' }) },
    resolve: (_root, { target }, context) => cancel(context, target),
  }),
);

/** Ids of both kinds may be mixed. */
async function cancel(context: Context, target: typeof AnalysisTarget.$inferInput) {
  const { app } = context;
  const organizationId = organizationOf(context);
  if (target.batchId) return cancelAnalyses(app, organizationId, toAnalysisTarget(target));
  if (target.taskId) {
    const pictures = await cancelAnalyses(app, organizationId, toAnalysisTarget(target));
    return [...pictures, ...(await cancelVideosOfTask(app, organizationId, givenId('task', target.taskId)))];
  }
  return ofBothKinds<CancelResult | CancelVideoResult>(target.ids ?? [], {
    videos: (ids) => cancelVideos(app, organizationId, ids),
    pictures: (ids) => cancelAnalyses(app, organizationId, { ids }),
  });
}

/** Treats each kind by itself. @returns the results in the order of the ids; those of unknown kinds are treated as ids of analyses. */
async function ofBothKinds<Result>(
  ids: readonly string[],
  treat: Record<'videos' | 'pictures', (ids: readonly GivenId[]) => Promise<Result[]>>,
): Promise<Result[]> {
  const videos = (await treat.videos(givenIds('videoAnalysis', ids.filter(isOfVideo)))).values();
  const others = ids.filter((id) => !isOfVideo(id));
  const pictures = (await treat.pictures(givenIds('analysis', others))).values();
  return ids.map((id) => (isOfVideo(id) ? videos : pictures).next().value!);
}

/** Per transaction, with results and memberships: tens of milliseconds. */
const maxDeletions = 500;

type AnalysisKind = 'analysis' | 'videoAnalysis';

const DeletedAnalysis = builder.objectRef<DeletedAnalysisShape & { kind: AnalysisKind }>('DeletedAnalysis').implement({
  description:
    'The analysis and its result have been deleted. Its image or video, and the counters of its batches, stay.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted analysis.', resolve: ({ id, kind }) => encodeId(kind, id) }),
  }),
});

const DeleteAnalysisResult = resultUnion('DeleteAnalysisResult', {
  description: 'The deleted analysis. ConflictError: it has not ended; cancel it first.',
  success: DeletedAnalysis,
  errors: [NotFoundError, ConflictError],
});

const DeleteAnalysesPayload = outcomesPayload<ReturnType<typeof withKind>[number]>('DeleteAnalysesPayload', {
  each: 'analysis',
  type: DeleteAnalysisResult,
});

builder.mutationField('deleteAnalyses', (t) =>
  t.field({
    type: DeleteAnalysesPayload,
    description:
      'Deletes analyses of images and videos that have ended, with their results, annotated pictures and crops, each independently of the others. Batches keep their counters and no longer list them.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The analyses to delete, at most ${maxDeletions}.`,
        validate: atMost('ids', maxDeletions),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await ofBothKinds(ids, {
        videos: async (videos) => {
          const results = await deleteVideoAnalyses(context.app, organizationOf(context), videos);
          return withKind(results, 'videoAnalysis');
        },
        pictures: async (pictures) => {
          const results = await deleteAnalyses(context.app, organizationOf(context), pictures);
          return withKind(results, 'analysis');
        },
      }),
    }),
  }),
);

function withKind(results: readonly DeletionResult[], kind: AnalysisKind) {
  return results.map((result) => (result instanceof Error ? result : { ...result, kind }));
}
