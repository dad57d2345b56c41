import { rerun } from '../../src/reruns/rerun.service.ts';
import { Analysis } from '../analyses/analysis.ts';
import { Priority } from '../analyses/enums.ts';
import { AnalysisTarget, toAnalysisTarget } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { actorOf, organizationOf } from '../core/caller.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { VideoAnalysis } from '../video-analyses/video-analysis.ts';
import { SubmitBatchResult } from './submit-batch.ts';

const RerunScope = builder.enumType('RerunScope', {
  description: 'Which analyses of a batch or task to rerun.',
  values: {
    FAILED: { description: 'Only those that are FAILED.' },
    ALL: { description: 'All of them, in any status.' },
  } as const,
});

const RerunInput = builder.inputType('RerunInput', {
  description: 'What to rerun.',
  fields: (t) => ({
    target: t.field({
      type: AnalysisTarget,
      required: true,
      description:
        'Which analyses to rerun: at most 1,000 ids, of images and videos, or a batch or task with at most 10,000 analyses. With ids, either all analyses are rerun or none. Of a batch or task, analyses whose image, video or task has been deleted are skipped.',
    }),
    scope: t.field({
      type: RerunScope,
      required: true,
      defaultValue: 'FAILED',
      description: 'Which analyses of a batch or task to rerun. With ids, all are rerun in any status.',
    }),
    priority: t.field({
      type: Priority,
      required: true,
      defaultValue: 'NORMAL',
      description: 'The priority of the new analyses.',
    }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

builder.mutationField('rerunAnalyses', (t) =>
  t.field({
    type: SubmitBatchResult,
    description:
      "Analyses the same images and videos again with the current settings, pipelines and items of their tasks; of a video, with the same sampling. The new analyses leave the old ones unchanged. Those of images form one batch, whose size the plan does not limit. Those of videos are in `videoAnalyses` beside it; if all are of videos, the batch is empty and COMPLETED. Their order is that of the ids, of the batch's request, or (for a task) of submission. Each costs as much as a submitted analysis. ValidationError, for example, if there is nothing to rerun.",
    args: { input: t.arg({ type: RerunInput, required: true, description: 'What to rerun.' }) },
    resolve: async (_root, { input }, context) => {
      const { batchId, items, videoAnalysisIds, replayed } = await rerun(
        context.app,
        organizationOf(context),
        { target: toAnalysisTarget(input.target), scope: input.scope, priority: input.priority },
        { requestKey: requestKey(context, 'rerunAnalyses', input.idempotencyKey), actor: actorOf(context) },
      );
      return { batchId: batchId!, items, videoAnalysisIds, replayed };
    },
  }),
);

builder.objectField(VideoAnalysis, 'rerunOf', (t) =>
  t.field({
    type: VideoAnalysis,
    nullable: true,
    description:
      'The analysis that this one is a rerun of. Null if it is not a rerun, or if the original has been deleted.',
    resolve: (analysis) => analysis.rerun_of,
  }),
);

builder.objectField(Analysis, 'rerunOf', (t) =>
  t.field({
    type: Analysis,
    nullable: true,
    description:
      'The analysis that this one is a rerun of. Null if it is not a rerun, or if the original has been deleted.',
    resolve: (analysis) => analysis.rerun_of,
  }),
);
