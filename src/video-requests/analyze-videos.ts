import type { Transaction } from 'kysely';
import { priorities } from '../analyses/life.ts';
import { pickSubmitted } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { discardAll } from '../images/receiving/received.ts';
import { consumeCreditsOfEach } from '../organizations/credits.service.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { BatchTooLargeError, NotFoundError } from '../user-error.ts';
import { checkVideoInputs, findVideoTasks } from './check-videos.ts';
import { mostCredits, mostVideoSeconds } from './cost.ts';
import { insertPlanned, type PlannedAnalysis } from './insert-planned.ts';
import { checkVideoNarrowing } from './narrowed-videos.ts';
import { type ReceivedVideo, receiveVideos } from './receive-videos.ts';
import { storeVideos } from './store-videos.ts';
import type { AnalyzeVideoInput } from './video-input.ts';

export interface SubmitVideosOptions {
  requestKey: RequestKey | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
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
  { requestKey, narrowing, actor }: SubmitVideosOptions,
): Promise<SubmittedVideos & { replayed: boolean }> {
  checkVideoInputs(inputs);
  if (narrowing) await checkVideoNarrowing(app.db, organizationId, inputs, narrowing);
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
    await discardAll(received);
  }
}

interface NewVideo {
  analysis: PlannedAnalysis;
  input: AnalyzeVideoInput;
  received: ReceivedVideo;
}

function toNew(input: AnalyzeVideoInput, task: SubmissionTask, received: ReceivedVideo, maxSeconds: number): NewVideo {
  const stored = received.kind === 'stored' ? received.video : null;
  const isUnusable = received.kind === 'rejected' || stored?.status === 'FAILED';
  const credits = isUnusable ? 0 : mostCredits(input.sampling, stored?.header_seconds ?? maxSeconds);
  const { sampling, options, maxProcessingSeconds } = input;
  const analysis = {
    ...pickSubmitted(input),
    ...{ id: newId(), task, sampling, options, maxProcessingSeconds, credits, rerunOf: null, firstRun: null },
    priority: priorities[input.priority],
  };
  return { analysis, input, received };
}

/** The order of its steps is the order of locks: credits, uploads, blobs, videos, visits. */
async function store(
  trx: Transaction<DB>,
  organizationId: string,
  videos: readonly NewVideo[],
  actor: string | null,
): Promise<SubmittedVideos> {
  const charged = await consumeCreditsOfEach(
    trx,
    organizationId,
    videos.map(({ analysis: { id, credits } }) => ({ analysisId: id, credits })),
  );
  const targets = await storeVideos(
    trx,
    organizationId,
    videos.map(({ received, input }) => ({ received, fields: input })),
  );
  const planned = videos.map(({ analysis }, index) => ({ analysis, target: targets[index]! }));
  await insertPlanned(trx, organizationId, planned, { charged, actor });
  return { analysisIds: planned.map(({ analysis }) => analysis.id) };
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
