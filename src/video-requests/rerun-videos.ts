import type { Transaction } from 'kysely';
import { type Priority, priorities } from '../analyses/life.ts';
import { readSubmitted } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { consumeCreditsOfEach } from '../organizations/credits.service.ts';
import { readFailure } from '../shared/failure.ts';
import type { VideoRerunSource } from '../video-analyses/rerun.repository.ts';
import { uncountEarlierVideoRuns } from '../video-analyses/statistics.repository.ts';
import type { LockedVideo } from '../videos/videos.repository.ts';
import { mostCredits } from './cost.ts';
import { insertPlanned, type PlannedAnalysis } from './insert-planned.ts';

/** An analysis of a video to rerun. */
export interface VideoRerun {
  source: VideoRerunSource;
  /** In its current state. */
  task: SubmissionTask;
  /** If it FAILED, so does the analysis; if it is still arriving, the analysis waits for it. */
  video: LockedVideo;
}

/** What they cost at most. @param maxSeconds how long a video may be */
export function creditsOfReruns(reruns: readonly VideoRerun[], maxSeconds: number): number {
  return reruns.reduce((sum, one) => sum + creditsOfRerun(one, maxSeconds), 0);
}

function creditsOfRerun({ source, video }: VideoRerun, maxSeconds: number): number {
  return video.status === 'FAILED' ? 0 : mostCredits(samplingOf(source), video.header_seconds ?? maxSeconds);
}

function samplingOf({ frames_per_second, key_frames_only, max_frames }: VideoRerunSource) {
  return { framesPerSecond: frames_per_second, keyFramesOnly: key_frames_only, maxFrames: max_frames };
}

/** Stores them, in the caller's transaction. @returns the ids of the new analyses. @throws InsufficientCreditsError */
export async function storeVideoReruns(
  trx: Transaction<DB>,
  organizationId: string,
  reruns: readonly VideoRerun[],
  { priority, actor, maxSeconds }: { priority: Priority; actor: string | null; maxSeconds: number },
): Promise<string[]> {
  if (reruns.length === 0) return [];
  const planned = reruns.map((one) => {
    const { video } = one;
    const target = { videoId: video.id, status: video.status, failure: readFailure(video) };
    return { analysis: toPlanned(one, { priority, maxSeconds }), target };
  });
  const charged = await consumeCreditsOfEach(
    trx,
    organizationId,
    planned.map(({ analysis: { id, credits } }) => ({ analysisId: id, credits })),
  );
  await uncountEarlierVideoRuns(
    trx,
    organizationId,
    reruns.map(({ source }) => firstRunOf(source)),
  );
  await insertPlanned(trx, organizationId, planned, { charged, actor });
  return planned.map(({ analysis }) => analysis.id);
}

/** The analysis that its video was first submitted as. */
function firstRunOf({ id, rerun_of, first_run }: VideoRerunSource): string {
  return first_run ?? rerun_of ?? id;
}

function toPlanned(rerun: VideoRerun, { priority, maxSeconds }: { priority: Priority; maxSeconds: number }) {
  const { source, task } = rerun;
  return {
    ...readSubmitted(source),
    id: newId(),
    task,
    priority: priorities[priority],
    sampling: samplingOf(source),
    options: source.options,
    maxProcessingSeconds: source.max_processing_seconds,
    rerunOf: source.id,
    firstRun: firstRunOf(source),
    credits: creditsOfRerun(rerun, maxSeconds),
  } satisfies PlannedAnalysis;
}
