import type { Transaction } from 'kysely';
import { priorities } from '../analyses/life.ts';
import { noteVisits } from '../analyses/visits.repository.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { sumCredits } from '../organizations/credits.repository.ts';
import { consumeCredits } from '../organizations/credits.service.ts';
import { getPlan, lockAllowance } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { BatchTooLargeError, InsufficientCreditsError, NotFoundError } from '../user-error.ts';
import { creditsOf, mostFrames } from '../video-analyses/sampling.ts';
import { insertVideoAnalysis } from '../video-analyses/video-analyses.repository.ts';
import { addVideoTokens } from '../video-analyses/wake-token.ts';
import { checkVideoInputs, findVideoTasks } from './check-videos.ts';
import { discardVideos, type ReceivedVideo, receiveVideos } from './receive-videos.ts';
import { storeVideos, type TargetVideo } from './store-videos.ts';
import type { AnalyzeVideoInput } from './video-input.ts';

export interface SubmitVideosOptions {
  requestKey: RequestKey | null;
  /** Whom the session token of the request stands for; null: nobody. */
  actor: string | null;
}

/** The response to a request, which is also stored for repeated ones. */
export interface SubmittedVideos {
  /** In the order of the request. */
  analysisIds: string[];
}

/**
 * Receives videos and creates an analysis of each, in one transaction: either everything is stored, with events, charges and wake tokens,
 * or nothing is. A video that cannot be used is a FAILED analysis.
 * @throws ValidationError, NotFoundError, BatchTooLargeError, InsufficientCreditsError, QuotaExceededError, IdempotencyConflictError
 */
export async function analyzeVideos(
  app: Resources,
  organizationId: string,
  inputs: readonly AnalyzeVideoInput[],
  { requestKey, actor }: SubmitVideosOptions,
): Promise<SubmittedVideos & { replayed: boolean }> {
  checkVideoInputs(inputs);
  const plan = await getPlan(app.db, organizationId);
  if (inputs.length > plan.maxBatchSize) throw new BatchTooLargeError(plan.maxBatchSize, inputs.length);
  const received = await receiveVideos(
    app,
    organizationId,
    inputs.map(({ source }) => source),
  );
  try {
    const request = requestKey && { ...requestKey, hash: hashRequest({ videos: identities(inputs, received) }) };
    const earlier = request && (await findEarlierAnswer<SubmittedVideos>(app.db, organizationId, request));
    if (earlier) return { ...earlier, replayed: true };
    for (const one of received) if (one.kind === 'rejected' && one.error instanceof NotFoundError) throw one.error;
    const tasks = await findVideoTasks(app, organizationId, inputs);
    const maxSeconds = mostVideoSeconds(app.config, plan.maxVideoSeconds);
    const videos = inputs.map((input, index) => toNew(input, tasks[index]!, received[index]!, maxSeconds));
    const { answer, replayed } = await inLogOrder(app.db, (trx) =>
      answerOnce(trx, organizationId, request, () => store(trx, organizationId, videos, actor)),
    );
    app.hints.eventsWritten();
    return { ...answer, replayed };
  } finally {
    await discardVideos(received);
  }
}

/** How long a video of an organisation may be. @param planned the plan's limit; null: none of its own */
export function mostVideoSeconds({ maxVideoSeconds }: Pick<Config, 'maxVideoSeconds'>, planned: number | null): number {
  return Math.min(maxVideoSeconds, planned ?? Number.POSITIVE_INFINITY);
}

interface NewVideo {
  id: string;
  input: AnalyzeVideoInput;
  task: SubmissionTask;
  received: ReceivedVideo;
  /** What it costs at most. */
  credits: number;
}

function toNew(input: AnalyzeVideoInput, task: SubmissionTask, received: ReceivedVideo, maxSeconds: number): NewVideo {
  const known = received.kind === 'stored' ? received.video.header_seconds : null;
  const credits = received.kind === 'rejected' ? 0 : creditsOf(mostFrames(input.sampling, known ?? maxSeconds));
  return { id: newId(), input, task, received, credits };
}

/** The order of its steps is the order of locks: credits, uploads, blobs, videos, visits. */
async function store(
  trx: Transaction<DB>,
  organizationId: string,
  videos: readonly NewVideo[],
  actor: string | null,
): Promise<SubmittedVideos> {
  const charged = await charge(trx, organizationId, videos);
  const targets = await storeVideos(
    trx,
    organizationId,
    videos.map(({ received, input }) => ({ received, fields: input })),
  );
  await noteVisits(
    trx,
    organizationId,
    videos.map(({ input }) => input.visitId),
  );
  for (const [index, video] of videos.entries())
    await insertVideoAnalysis(trx, {
      ...toInsert(organizationId, video, targets[index]!, actor),
      chargedCredits: charged ? video.credits : 0,
    });
  const ready = videos.filter((_, index) => targets[index]!.status === 'READY');
  await addVideoTokens(
    trx,
    ready.map(({ input }) => priorities[input.priority]),
  );
  return { analysisIds: videos.map(({ id }) => id) };
}

/** All of them or none. @returns whether the plan is metered. */
async function charge(trx: Transaction<DB>, organizationId: string, videos: readonly NewVideo[]): Promise<boolean> {
  const { metered } = await lockAllowance(trx, organizationId);
  if (!metered) return false;
  const required = videos.reduce((sum, { credits }) => sum + credits, 0);
  const available = await sumCredits(trx, organizationId);
  if (available < required) throw new InsufficientCreditsError(required, available);
  for (const { id, credits } of videos) await consumeCredits(trx, organizationId, credits, { analysisId: id });
  return true;
}

function toInsert(
  organizationId: string,
  { id, input, task }: NewVideo,
  { videoId, status, failure }: TargetVideo,
  actor: string | null,
) {
  const { externalId, placeId, visitId, location, metadata, sampling, options, maxProcessingSeconds } = input;
  return {
    ...{ id, organizationId, taskId: task.id, videoId, actor, rerunOf: null },
    status: failure !== null ? 'FAILED' : status === 'AWAITING_UPLOAD' ? 'AWAITING_UPLOAD' : 'QUEUED',
    failure,
    priority: priorities[input.priority],
    pipeline: task.pipeline,
    acceptGroups: task.acceptGroups,
    ...{ externalId, placeId, visitId, location, metadata, sampling, options, maxProcessingSeconds },
  } as const;
}

/** What is hashed of a request: its input, with the hash of a file in place of its bytes. */
function identities(inputs: readonly AnalyzeVideoInput[], received: readonly ReceivedVideo[]): object[] {
  return inputs.map((input, index) => {
    const one = received[index]!;
    if (!('upload' in input.source)) return input;
    const sha256 = one.kind === 'staged' ? one.staged.sha256 : one.kind === 'rejected' ? one.sha256 : null;
    return { ...input, source: { sha256 } };
  });
}
