import { type AnalysisOptions, checkOptions } from '../analyses/options.ts';
import { checkSubmitted } from '../analyses/submitted-fields.ts';
import { violates } from '../database/errors.ts';
import { inLogOrder } from '../events/order.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import { findAnswered, type RequestKey } from '../idempotency/idempotency.repository.ts';
import { checkIdempotencyKey } from '../idempotency/key-rule.ts';
import { encodeId } from '../ids.ts';
import { discardAll } from '../images/receiving/received.ts';
import { receiveImages } from '../intake/intake.ts';
import { sumCredits } from '../organizations/credits.repository.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import {
  BatchTooLargeError,
  InsufficientCreditsError,
  NotFoundError,
  ValidationError,
  type ValidationIssue,
} from '../user-error.ts';
import { checkNarrowing, checkReplayed } from './narrowed-submission.ts';
import { type Submitted, storeSubmission } from './store-submission.ts';
import type { SubmissionTask, SubmitInput } from './submission.ts';
import { hashSubmission } from './submission-hash.ts';
import { checkOptionsFor, checkProcessingSeconds, findNamedTasks, toSubmissionTask } from './submission-tasks.ts';

export interface SubmitOptions {
  /** false: a single picture that belongs to no batch. */
  asBatch: boolean;
  /** Of the whole request; null: none. */
  requestKey: RequestKey | null;
  /** What the caller is limited to; null: nothing. */
  narrowing: Narrowing | null;
  /** Whom the session token of the request stands for; null: nobody. */
  actor: string | null;
}

/**
 * Receives pictures and creates an analysis of each, in one transaction: when this resolves, either everything is stored, with
 * events, charges and wake tokens, or nothing is. A picture that cannot be used is a FAILED analysis and does not affect the
 * others. Nothing here waits for inference.
 *
 * A repeated request with the same key gets the same response as before, even if tasks, plan or credits have changed since; its
 * pictures are read to check that the request is the same. An image whose key created an analysis before adds that one.
 * @returns what was stored; `replayed`: by an earlier request.
 * @throws ValidationError, NotFoundError, BatchTooLargeError before any picture is read, except for unknown image ids;
 *   InsufficientCreditsError, QuotaExceededError, IdempotencyConflictError.
 */
export async function submit(
  app: Resources,
  organizationId: string,
  input: SubmitInput,
  options: SubmitOptions,
): Promise<Submitted & { replayed: boolean }> {
  checkInput(input);
  const { asBatch, requestKey, narrowing, actor } = options;
  if (narrowing) await checkNarrowing(app.db, organizationId, input, narrowing);
  const isKnown = requestKey !== null && (await findAnswered(app.db, organizationId, requestKey)) !== null;
  const checkedTasks = isKnown ? null : await checkSubmission(app, organizationId, input, options);
  const received = await receiveImages(
    app,
    organizationId,
    input.images.map((image) => image.source),
  );
  try {
    const request = requestKey && { ...requestKey, hash: hashSubmission(input, received) };
    const earlier = isKnown ? await findEarlierAnswer<Submitted>(app.db, organizationId, request!) : null;
    if (earlier) {
      if (narrowing) await checkReplayed(app.db, organizationId, input, { items: earlier.items, narrowing });
      return { ...earlier, replayed: true };
    }
    // It was known a moment ago, but its 24 hours ended while the pictures arrived.
    const tasks = checkedTasks ?? (await checkSubmission(app, organizationId, input, options));
    const submission = { organizationId, input, tasks, received, asBatch, actor };
    const { answer, replayed } = await inLogOrder(app.db, (trx) =>
      answerOnce(trx, organizationId, request, async () => {
        const submitted = await storeSubmission(trx, submission);
        if (narrowing) await checkReplayed(trx, organizationId, input, { items: submitted.items, narrowing });
        return submitted;
      }),
    ).catch((error: unknown) => {
      throw goneImage(error) ?? error;
    });
    app.hints.eventsWritten();
    return { ...answer, replayed };
  } finally {
    // Bytes that an image owns now are not discarded; the rest belongs to images that were not stored again.
    await discardAll(received);
  }
}

/** The error for an image that was deleted between its look-up and the storing of its analysis; null: another error. */
function goneImage(error: unknown): NotFoundError | null {
  if (!violates(error, 'analysis_organization_id_image_id_fkey')) return null;
  const uuid = /, ([0-9a-f-]{36})\)/.exec((error as { detail?: string }).detail ?? '')?.[1];
  return uuid === undefined ? null : new NotFoundError(encodeId('image', uuid));
}

/** Validation that does not need the pictures. @returns the task of each image. */
async function checkSubmission(
  app: Resources,
  organizationId: string,
  input: SubmitInput,
  { asBatch, requestKey }: SubmitOptions,
): Promise<SubmissionTask[]> {
  const plan = await getPlan(app.db, organizationId);
  const size = input.images.length;
  if (asBatch && size > plan.maxBatchSize) throw new BatchTooLargeError(plan.maxBatchSize, size);
  const mayBeReplayed = requestKey !== null || input.images.some(({ idempotencyKey }) => idempotencyKey !== null);
  if (plan.metered && !mayBeReplayed) await assertCredits(app, organizationId, size);
  return findTasksOf(app, organizationId, input);
}

/** Without credits, a client should not have to send a gigabyte first. The exact cost is known after the pictures are read. */
async function assertCredits(app: Resources, organizationId: string, count: number): Promise<void> {
  const available = await sumCredits(app.db, organizationId);
  if (available <= 0) throw new InsufficientCreditsError(count, available);
}

function checkInput({ images, maxProcessingSeconds }: SubmitInput): void {
  const issues = checkProcessingSeconds(maxProcessingSeconds, []);
  if (images.length === 0) issues.push({ path: ['images'], message: 'It is empty. Send at least one image.' });
  images.forEach((image, index) => {
    const at = (field: string) => ['images', String(index), field];
    issues.push(...checkSubmitted(image, ['images', String(index)]));
    issues.push(...checkOptions(image.options, at('options')));
    issues.push(...checkIdempotencyKey(image.idempotencyKey, at('idempotencyKey')));
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

/** The task of each image, with the pipeline version that its analysis will use. */
async function findTasksOf(app: Resources, organizationId: string, input: SubmitInput): Promise<SubmissionTask[]> {
  const given = input.images.map((image, index) => {
    const taskId = image.taskId ?? input.taskId;
    if (taskId) return taskId;
    const path = ['images', String(index), 'taskId'];
    throw new ValidationError([
      { path, message: 'There is no task. Set taskId for this image or for the whole request.' },
    ]);
  });
  const tasks = await findNamedTasks(app, organizationId, given);
  const issues = input.images.flatMap(({ options }, index) =>
    checkOptionsFor(app, tasks[index]!, options, ['images', String(index), 'options']),
  );
  if (issues.length > 0) throw new ValidationError(issues);
  // Most requests name one task for all images.
  const converted = new Map([...new Set(tasks)].map((row) => [row, toSubmissionTask(app, row)]));
  const submissionTasks = tasks.map((row) => converted.get(row)!);
  const unread = submissionTasks.flatMap((task, index) => readTextIssues(task, input.images[index]!.options, index));
  if (unread.length > 0) throw new ValidationError(unread);
  return submissionTasks;
}

function readTextIssues(task: SubmissionTask, { readText }: AnalysisOptions, index: number): ValidationIssue[] {
  if (task.readTextFault === null || !(readText ?? task.readText)) return [];
  // The task was valid when it was saved; a newer version of its pipeline may read no text.
  const path = ['images', String(index), ...(readText ? ['options', 'readText'] : ['taskId'])];
  return [{ path, message: task.readTextFault }];
}
