import type { Transaction } from 'kysely';
import { insertAnalyses, type NewAnalysis } from '../analyses/life.repository.ts';
import { type Priority, priorities } from '../analyses/life.ts';
import { addWakeTokens } from '../analyses/wake-tokens.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import type { GivenId } from '../given-id.ts';
import { newId } from '../ids.ts';
import { discardAll, type ImageSource, type Received, receiveImages } from '../images/intake.ts';
import { checkMetadata } from '../images/metadata.ts';
import { storeReceived } from '../images/store-received.ts';
import { resolvePipeline } from '../models/resolve-pipeline.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { findTasks, type TaskRow } from '../tasks/tasks.repository.ts';
import { BatchTooLargeError, NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { imageFieldsRule } from '../validation/rules.ts';
import { insertBatch, insertBatchMembers, type NewBatch } from './batches.repository.ts';
import { batchStatus } from './status.ts';

export interface SubmittedImage {
  source: ImageSource;
  /** null: the submission's. */
  taskId: GivenId | null;
  externalId: string | null;
  placeId: string | null;
  recordedAt: Date | null;
  metadata: Record<string, unknown>;
  options: AnalysisOptions;
}

/** What differs from the task for one analysis; what is absent is the task's. */
export interface AnalysisOptions {
  threshold?: number;
  topCandidates?: number;
  matchCatalog?: boolean;
}

export interface SubmitInput {
  taskId: GivenId | null;
  images: readonly SubmittedImage[];
  priority: Priority;
  /** null: no limit. */
  maxProcessingSeconds: number | null;
}

export interface Submitted {
  batchId: string | null;
  /** In the order of the request. */
  analysisIds: string[];
}

/**
 * Takes pictures in and makes an analysis of each, in one transaction: either all of it is there when this resolves, with
 * its events and the jobs that call workers, or nothing is. A picture that cannot be used is a FAILED analysis, and harms
 * no other. Nothing here waits for inference.
 *
 * @param options.asBatch false: a single picture that belongs to no batch.
 * @throws ValidationError, NotFoundError, BatchTooLargeError before any picture is read, but for unknown image ids.
 */
export async function submit(
  app: Resources,
  organizationId: string,
  input: SubmitInput,
  options: { asBatch: boolean },
): Promise<Submitted> {
  checkInput(input);
  if (options.asBatch) await checkSize(app, organizationId, input.images.length);
  const tasks = await findTasksOf(app, organizationId, input);
  const received = await receiveImages(
    app,
    organizationId,
    input.images.map((image) => image.source),
  );
  try {
    refuseUnknownImages(received);
    const submitted = await app.db
      .transaction()
      .execute((trx) => store(trx, { organizationId, input, tasks, received, ...options }));
    app.hints.eventsWritten();
    return submitted;
  } catch (error) {
    await discardAll(received);
    throw error;
  }
}

function checkInput({ images, maxProcessingSeconds }: SubmitInput): void {
  const issues: ValidationIssue[] = [];
  if (images.length === 0) issues.push({ path: ['images'], message: 'There is no image. Send at least one.' });
  if (maxProcessingSeconds !== null && maxProcessingSeconds < 0)
    issues.push({ path: ['maxProcessingSeconds'], message: 'It is negative; expected seconds, or 0 for no limit.' });
  images.forEach((image, index) => {
    const at = (field: string) => ['images', String(index), field];
    issues.push(
      ...findIssues(imageFieldsRule, image, ['images', index]),
      ...checkMetadata(image.metadata, at('metadata')),
    );
    const { threshold, topCandidates } = image.options;
    if (threshold !== undefined && !(threshold >= 0 && threshold <= 1))
      issues.push({ path: [...at('options'), 'threshold'], message: `It is ${threshold}; expected 0 to 1.` });
    if (topCandidates !== undefined && !(topCandidates >= 0 && topCandidates <= 20))
      issues.push({ path: [...at('options'), 'topCandidates'], message: `It is ${topCandidates}; expected 0 to 20.` });
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

async function checkSize(app: Resources, organizationId: string, size: number): Promise<void> {
  const { maxBatchSize } = await getPlan(app.db, organizationId);
  if (size > maxBatchSize) throw new BatchTooLargeError(maxBatchSize, size);
}

interface SubmissionTask {
  id: string;
  /** name@version */
  pipeline: string;
}

/** The task of each image, with the pipeline version that its analysis is fixed to. */
async function findTasksOf(app: Resources, organizationId: string, input: SubmitInput): Promise<SubmissionTask[]> {
  const given = input.images.map((image, index) => {
    const taskId = image.taskId ?? input.taskId;
    if (taskId) return taskId;
    const path = ['images', String(index), 'taskId'];
    throw new ValidationError([{ path, message: 'There is no task: give one here or for the whole batch.' }]);
  });
  const ids = [...new Set(given.flatMap(({ uuid }) => uuid ?? []))];
  const rows = new Map((await findTasks(app.db, organizationId, ids)).map((row) => [row.id, row]));
  return given.map(({ uuid, text }) => {
    const row = uuid === null ? undefined : rows.get(uuid);
    if (!row || row.deleted_at !== null) throw new NotFoundError(text);
    return { id: row.id, pipeline: pipelineOf(app, row) };
  });
}

function pipelineOf(app: Resources, task: TaskRow): string {
  const pipeline = resolvePipeline(app.pipelines, task.pipeline);
  if (pipeline) return pipeline.key;
  const message = `The task's pipeline ${task.pipeline} is not on this server. Update the task to one of Query.pipelines.`;
  throw new ValidationError([{ path: ['taskId'], message }]);
}

function refuseUnknownImages(received: readonly Received[]): void {
  for (const one of received) if (one.kind === 'refused' && one.error instanceof NotFoundError) throw one.error;
}

interface Submission {
  organizationId: string;
  input: SubmitInput;
  tasks: readonly SubmissionTask[];
  received: readonly Received[];
  asBatch: boolean;
}

async function store(trx: Transaction<DB>, submission: Submission): Promise<Submitted> {
  const { organizationId, input, tasks, received } = submission;
  const imageIds = await storeReceived(
    trx,
    organizationId,
    input.images.map((image, index) => ({ ...image, received: received[index]! })),
  );
  const analyses = input.images.map(
    (image, index): NewAnalysis => ({
      id: newId(),
      taskId: tasks[index]!.id,
      imageId: imageIds[index]!,
      pipeline: tasks[index]!.pipeline,
      options: image.options,
      externalId: image.externalId,
      placeId: image.placeId,
      metadata: image.metadata,
      failure: failureOf(received[index]!),
    }),
  );
  const batch = submission.asBatch ? newBatch(organizationId, input, analyses) : null;
  if (batch) await insertBatch(trx, batch);
  await insertAnalyses(
    trx,
    {
      organizationId,
      batchId: batch?.id ?? null,
      priority: priorities[input.priority],
      maxProcessingSeconds: input.maxProcessingSeconds || null,
    },
    analyses,
  );
  if (batch) await startBatch(trx, batch);
  const runnable = analyses.filter((analysis) => analysis.failure === null).length;
  await addWakeTokens(trx, runnable, priorities[input.priority]);
  return { batchId: batch?.id ?? null, analysisIds: analyses.map(({ id }) => id) };
}

function failureOf(received: Received) {
  return received.kind === 'refused' ? received.failure : null;
}

function newBatch(organizationId: string, input: SubmitInput, analyses: readonly NewAnalysis[]): NewBatch {
  return {
    id: newId(),
    organizationId,
    taskId: oneTask(analyses),
    priority: priorities[input.priority],
    analysisIds: analyses.map(({ id }) => id),
    failed: analyses.filter(({ failure }) => failure !== null).length,
  };
}

/** null when the images go to several tasks. */
function oneTask(analyses: readonly NewAnalysis[]): string | null {
  const ids = new Set(analyses.map(({ taskId }) => taskId));
  return ids.size === 1 ? analyses[0]!.taskId : null;
}

async function startBatch(trx: Transaction<DB>, batch: NewBatch): Promise<void> {
  await insertBatchMembers(trx, batch);
  const counts = { total: batch.analysisIds.length, completed: 0, failed: batch.failed, canceled: 0, expired: 0 };
  await appendEvents(trx, [
    {
      organizationId: batch.organizationId,
      kind: 'BATCH',
      entityId: batch.id,
      batchIds: [batch.id],
      state: { status: batchStatus(counts) },
    },
  ]);
}
