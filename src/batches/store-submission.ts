import type { Transaction } from 'kysely';
import { batchStatus, countStatuses } from '../analyses/batch-status.ts';
import { lockReplayed, takeImageKeys } from '../analyses/image-keys.repository.ts';
import { type AnalysisStatus, priorities } from '../analyses/life.ts';
import { firstStatus, insertAnalyses, type NewAnalysis } from '../analyses/new-analyses.repository.ts';
import { pickSubmitted } from '../analyses/submitted-fields.ts';
import { addWakeTokens } from '../analyses/wake-tokens.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { newId } from '../ids.ts';
import { hideAsTasksSay } from '../images/blur.repository.ts';
import type { Received } from '../images/receiving/received.ts';
import { storeReceived } from '../intake/store-received.ts';
import type { TargetImage } from '../intake/target-images.ts';
import { refundAnalyses } from '../organizations/credits.repository.ts';
import { consumeCredits } from '../organizations/credits.service.ts';
import { NotFoundError } from '../user-error.ts';
import { placesOf } from './batch-places.ts';
import { insertBatch, insertBatchMembers, type NewBatch } from './batches.repository.ts';
import { type BatchImage, readsText, type SubmissionTask, type SubmitInput } from './submission.ts';

/** By then most have been described with their analysis. The job describes the others, and is repeated while some still wait. */
const indexAfterSeconds = 60;

/** Received pictures, with everything that is needed to create their analyses. */
export interface Submission {
  organizationId: string;
  input: SubmitInput;
  /** Of each image. */
  tasks: readonly SubmissionTask[];
  /** Of each image. */
  received: readonly Received[];
  asBatch: boolean;
  /** Whom the session token of the request stands for; null: nobody. */
  actor: string | null;
}

/** The response to a submission, which is also stored for repeated requests. */
export interface Submitted {
  /** null: a single picture that belongs to no batch. */
  batchId: string | null;
  /** In the order of the request. */
  items: SubmittedItem[];
}

export interface SubmittedItem {
  analysisId: string;
  /** The analysis that the image's key created before; it was neither stored nor charged again. */
  replayed: boolean;
}

/** One image of a submission that gets a new analysis. */
interface Fresh {
  analysisId: string;
  image: BatchImage;
  task: SubmissionTask;
  received: Received;
}

interface Member {
  analysisId: string;
  taskId: string;
  placeId: string | null;
  status: AnalysisStatus;
}

/**
 * Stores a submission in the caller's transaction. The order of its steps is the order of locks: image keys, credits, blobs,
 * analyses that are already members.
 * @throws NotFoundError (an unknown image id), InsufficientCreditsError, QuotaExceededError; OutOfOrderError, so call it in a
 *   transaction of `inLogOrder`
 */
export async function storeSubmission(trx: Transaction<DB>, submission: Submission): Promise<Submitted> {
  const { organizationId, input, asBatch, actor } = submission;
  const items = await takeItems(trx, organizationId, input.images);
  const batchId = asBatch ? newId() : null;
  const fresh = listFresh(submission, items);
  assertImagesExist(fresh);
  const priority = priorities[input.priority];
  const charged = fresh.filter(({ received }) => received.kind !== 'rejected').length;
  const paidFor = batchId === null ? { analysisId: items[0]!.analysisId } : { batchId };
  await consumeCredits(trx, organizationId, charged, paidFor);
  const analyses = await storeImages(trx, organizationId, fresh, priority);
  const members = await listMembers(trx, organizationId, items, analyses);
  const batch = batchId === null ? null : newBatch(submission, batchId, members);
  if (batch) await insertBatch(trx, batch);
  const { maxProcessingSeconds } = input;
  await insertAnalyses(
    trx,
    { organizationId, batchId, priority, maxProcessingSeconds: maxProcessingSeconds || null, actor },
    analyses,
  );
  await hideAsTasksSay(trx, organizationId, analyses);
  if (batch) await startBatch(trx, batch);
  await refundAnalyses(trx, listFailedSince(fresh, analyses));
  await addWakeTokens(trx, analyses.filter(isRunnable).length, priority);
  return { batchId, items };
}

/** Already charged, but found FAILED when the images were locked: an upload or download has failed or expired meanwhile. */
function listFailedSince(fresh: readonly Fresh[], analyses: readonly NewAnalysis[]): string[] {
  return analyses.flatMap(({ id, failure }, index) =>
    failure !== null && fresh[index]!.received.kind !== 'rejected' ? [id] : [],
  );
}

/** Its picture is here. */
export function isRunnable({ failure, waitsFor }: NewAnalysis): boolean {
  return failure === null && !waitsFor;
}

/** The analysis of each image: a new one, or the one that its key created before, in this request or another. */
async function takeItems(
  trx: Transaction<DB>,
  organizationId: string,
  images: readonly BatchImage[],
): Promise<SubmittedItem[]> {
  const own = images.map(({ idempotencyKey }) => ({ key: idempotencyKey, analysisId: newId() }));
  const firstOfKey = new Map<string, string>();
  for (const { key, analysisId } of own) if (key !== null && !firstOfKey.has(key)) firstOfKey.set(key, analysisId);
  const wanted = [...firstOfKey].map(([key, analysisId]) => ({ key, analysisId }));
  const taken = await takeImageKeys(trx, organizationId, wanted);
  return own.map(({ key, analysisId }) => {
    const standsFor = key === null ? analysisId : taken.get(key)!;
    return { analysisId: standsFor, replayed: standsFor !== analysisId };
  });
}

function listFresh({ input, tasks, received }: Submission, items: readonly SubmittedItem[]): Fresh[] {
  return items.flatMap(({ analysisId, replayed }, index) =>
    replayed ? [] : [{ analysisId, image: input.images[index]!, task: tasks[index]!, received: received[index]! }],
  );
}

/** Not a FAILED analysis: the request names an object that does not exist. */
function assertImagesExist(fresh: readonly Fresh[]): void {
  for (const { received } of fresh)
    if (received.kind === 'rejected' && received.error instanceof NotFoundError) throw received.error;
}

/** @returns the analyses to create for them. */
async function storeImages(
  trx: Transaction<DB>,
  organizationId: string,
  fresh: readonly Fresh[],
  priority: number,
): Promise<NewAnalysis[]> {
  const targets = await storeReceived(
    trx,
    organizationId,
    fresh.map(({ image, received }) => ({ ...image, received })),
    { indexAfterSeconds, priority },
  );
  return fresh.map(({ analysisId, image, task }, index) => ({
    id: analysisId,
    taskId: task.id,
    imageId: targets[index]!.imageId,
    pipeline: task.pipeline,
    computeShares: task.computeShares,
    computeRealogram: task.computeRealogram,
    readText: readsText(task, image.options),
    readCodes: image.options.readCodes ?? task.readCodes,
    findGaps: task.findGaps,
    currency: task.currency,
    acceptGroups: task.acceptGroups,
    options: image.options,
    ...pickSubmitted(image),
    idempotencyKey: image.idempotencyKey,
    failure: targets[index]!.failure,
    waitsFor: waitsFor(targets[index]!),
  }));
}

/** How an image in this status is still going to arrive. */
export function waitsFor({ status }: Pick<TargetImage, 'status'>): NewAnalysis['waitsFor'] {
  if (status === 'AWAITING_UPLOAD') return 'UPLOAD';
  return status === 'FETCHING' ? 'DOWNLOAD' : null;
}

/** The target image of each item, in the order of the request. */
async function listMembers(
  trx: Transaction<DB>,
  organizationId: string,
  items: readonly SubmittedItem[],
  analyses: readonly NewAnalysis[],
): Promise<Member[]> {
  const members = new Map<string, Member>();
  for (const analysis of analyses)
    members.set(analysis.id, {
      analysisId: analysis.id,
      taskId: analysis.taskId,
      placeId: analysis.placeId,
      status: firstStatus(analysis),
    });
  const others = items.filter(({ analysisId }) => !members.has(analysisId)).map(({ analysisId }) => analysisId);
  for (const { id, task_id, place_id, status } of await lockReplayed(trx, organizationId, others))
    members.set(id, { analysisId: id, taskId: task_id, placeId: place_id, status });
  return items.map(({ analysisId }) => members.get(analysisId)!);
}

function newBatch({ organizationId, input }: Submission, id: string, members: readonly Member[]): NewBatch {
  return {
    id,
    organizationId,
    taskId: oneTask(members),
    placeIds: placesOf(members),
    priority: priorities[input.priority],
    analysisIds: members.map(({ analysisId }) => analysisId),
    counts: countStatuses(members.map(({ status }) => status)),
  };
}

/** null when the images go to several tasks. */
export function oneTask(members: readonly Pick<Member, 'taskId'>[]): string | null {
  const ids = new Set(members.map(({ taskId }) => taskId));
  return ids.size === 1 ? members[0]!.taskId : null;
}

/** Its members and its first event. */
export async function startBatch(trx: Transaction<DB>, batch: NewBatch): Promise<void> {
  await insertBatchMembers(trx, batch);
  await appendEvents(trx, [
    {
      organizationId: batch.organizationId,
      kind: 'BATCH',
      entityId: batch.id,
      batchIds: [batch.id],
      state: { status: batchStatus(batch.counts) },
    },
  ]);
}
