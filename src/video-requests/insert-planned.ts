import type { Transaction } from 'kysely';
import type { AnalysisOptions } from '../analyses/options.ts';
import { pickSubmitted, type SubmittedFields } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import type { DB } from '../database/types.generated.ts';
import { settleCredits } from '../video-analyses/credits.repository.ts';
import { insertVideoAnalyses, type NewVideoAnalysis } from '../video-analyses/new-video-analyses.repository.ts';
import type { Sampling } from '../video-analyses/sampling.ts';
import { addVideoTokens } from '../video-analyses/wake-token.ts';
import { hideInVideosAsTasksSay } from '../videos/blur.repository.ts';
import type { VideoStatus } from '../videos/life.ts';
import type { TargetVideo } from './store-videos.ts';

/** An analysis of a video that is about to be created. */
export interface PlannedAnalysis extends SubmittedFields {
  id: string;
  task: SubmissionTask;
  priority: number;
  sampling: Sampling;
  options: AnalysisOptions;
  /** null: no limit. */
  maxProcessingSeconds: number | null;
  /** The analysis that it repeats; null: it is not a rerun. */
  rerunOf: string | null;
  /** Of a rerun: the analysis that its video was first submitted as. */
  firstRun: string | null;
  /** What it costs at most. */
  credits: number;
}

/**
 * Creates analyses of stored videos, with their events, and wakes workers for those that can run.
 * @param charged whether `credits` were taken; @param actor whom the session token of the request stands for
 */
export async function insertPlanned(
  trx: Transaction<DB>,
  organizationId: string,
  planned: readonly { analysis: PlannedAnalysis; target: TargetVideo }[],
  { charged, actor }: { charged: boolean; actor: string | null },
): Promise<void> {
  const analyses = planned.map((one) => toNew(one, { charged, actor }));
  await insertVideoAnalyses(trx, organizationId, analyses);
  await hideInVideosAsTasksSay(trx, organizationId, analyses);
  // Charged, but found FAILED when the videos were locked.
  for (const { analysis, target } of planned)
    if (charged && analysis.credits > 0 && target.failure !== null)
      await settleCredits(trx, organizationId, analysis.id, true);
  const ready = planned.filter(({ target }) => target.status === 'READY');
  await addVideoTokens(
    trx,
    ready.map(({ analysis }) => analysis.priority),
  );
}

function toNew(
  { analysis, target }: { analysis: PlannedAnalysis; target: TargetVideo },
  { charged, actor }: { charged: boolean; actor: string | null },
): NewVideoAnalysis {
  const { id, task, priority, sampling, options, maxProcessingSeconds, rerunOf, firstRun, credits } = analysis;
  return {
    ...pickSubmitted(analysis),
    ...{ id, priority, sampling, options, maxProcessingSeconds, rerunOf, firstRun, actor },
    taskId: task.id,
    pipeline: task.pipeline,
    acceptGroups: task.acceptGroups,
    videoId: target.videoId,
    status: target.failure === null ? firstStatus[target.status] : 'FAILED',
    failure: target.failure,
    chargedCredits: charged ? credits : 0,
  };
}

const firstStatus: Record<VideoStatus, NewVideoAnalysis['status']> = {
  AWAITING_UPLOAD: 'AWAITING_UPLOAD',
  FETCHING: 'QUEUED',
  PROBING: 'QUEUED',
  READY: 'QUEUED',
  FAILED: 'FAILED',
};
