import type { Transaction } from 'kysely';
import { type Priority, priorities } from '../analyses/life.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { fetchAgain } from '../images/fetching/fetch-again.ts';
import { lockImageStatuses } from '../images/locks.repository.ts';
import { lockAllowance } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findBatches } from './batches.repository.ts';
import { listRerunSources, type RerunSet, type RerunSource } from './rerun.repository.ts';
import { type Rerun, storeRerun } from './store-rerun.ts';
import type { Submitted } from './store-submission.ts';
import type { SubmissionTask } from './submission.ts';
import { toSubmissionTask } from './submit.service.ts';

/** Exactly one of the three. */
export type RerunTarget = { ids: readonly GivenId[] } | { batchId: GivenId } | { taskId: GivenId };

export interface RerunInput {
  target: RerunTarget;
  /** For a batch or task; with ids, analyses in any status are rerun. */
  scope: 'FAILED' | 'ALL';
  priority: Priority;
}

/** More would hold back the event log for too long, because it is one transaction. Measured: 10,000 take 2.4 s on two busy cores. */
const maxAnalyses = 10_000;

/**
 * Reruns analyses with the current settings of their tasks: new analyses beside the old ones, as one batch whose size the plan does
 * not limit. Pictures that could not be fetched are fetched again. With a batch or task, analyses that cannot run any more (their
 * picture or task was deleted) are skipped; with ids, either all are rerun or none.
 *
 * @param options actor: whom the session token of the request stands for; null: nobody
 * @throws ValidationError, NotFoundError, InsufficientCreditsError, IdempotencyConflictError
 */
export async function rerun(
  app: Resources,
  organizationId: string,
  input: RerunInput,
  { requestKey, actor }: { requestKey: RequestKey | null; actor: string | null },
): Promise<Submitted & { replayed: boolean }> {
  const request = requestKey && { ...requestKey, hash: hashRequest({ ...input, target: describe(input.target) }) };
  const earlier = request && (await findEarlierAnswer<Submitted>(app.db, organizationId, request));
  if (earlier) return { ...earlier, replayed: true };
  const sources = await findSources(app, organizationId, input);
  const tasks = await findPresentTasks(app, organizationId, sources);
  const { answer, replayed } = await inLogOrder(app.db, (trx) =>
    answerOnce(trx, organizationId, request, async () => {
      // Before the images, as in all code that locks both: the cost is known only when they are locked.
      await lockAllowance(trx, organizationId);
      const reruns = await chooseReruns(trx, organizationId, input, sources, tasks);
      return storeRerun(trx, { organizationId, priority: input.priority, reruns, actor });
    }),
  );
  app.hints.eventsWritten();
  return { ...answer, replayed };
}

/** As the client sent it, to recognise a repeated request. */
function describe(target: RerunTarget): object {
  if ('ids' in target) return { ids: target.ids.map(({ text }) => text) };
  return 'batchId' in target ? { batchId: target.batchId.text } : { taskId: target.taskId.text };
}

/** The analyses to rerun, in the order of the request. */
async function findSources(app: Resources, organizationId: string, input: RerunInput): Promise<RerunSource[]> {
  const { target } = input;
  const set = await findSet(app, organizationId, target);
  const onlyFailed = input.scope === 'FAILED' && !('ids' in target);
  const sources = await listRerunSources(app.db, organizationId, set, { onlyFailed, limit: maxAnalyses + 1 });
  if (sources.length > maxAnalyses)
    throw invalid(`It selects more than ${maxAnalyses} analyses. Rerun them in several requests, by batch or by ids.`);
  if (!('ids' in target)) return sources;
  const byId = new Map(sources.map((source) => [source.id, source]));
  return target.ids.map(({ uuid, text }) => {
    const source = uuid === null ? undefined : byId.get(uuid);
    if (!source) throw new NotFoundError(text);
    return source;
  });
}

async function findSet(app: Resources, organizationId: string, target: RerunTarget): Promise<RerunSet> {
  if ('ids' in target) {
    if (target.ids.length > maxAnalyses)
      throw invalid(
        `It has ${target.ids.length} ids; expected at most ${maxAnalyses}. Rerun them in several requests.`,
        'ids',
      );
    return { ids: uuidsOf(target.ids) };
  }
  if ('batchId' in target) {
    const { uuid, text } = target.batchId;
    const found = uuid === null ? [] : await findBatches(app.db, organizationId, [uuid]);
    if (uuid === null || found.length === 0) throw new NotFoundError(text);
    return { batchId: uuid };
  }
  const { uuid, text } = target.taskId;
  const [task] = uuid === null ? [] : await findTasks(app.db, organizationId, [uuid]);
  if (!task || task.deleted_at !== null) throw new NotFoundError(text);
  return { taskId: task.id };
}

/** By id; without deleted tasks, which accept no new analyses. */
async function findPresentTasks(
  app: Resources,
  organizationId: string,
  sources: readonly RerunSource[],
): Promise<Map<string, SubmissionTask>> {
  const rows = await findTasks(app.db, organizationId, [...new Set(sources.map(({ task_id }) => task_id))]);
  const present = rows.filter((row) => row.deleted_at === null);
  return new Map(present.map((row) => [row.id, toSubmissionTask(app, row)]));
}

async function chooseReruns(
  trx: Transaction<DB>,
  organizationId: string,
  { target, priority }: RerunInput,
  sources: readonly RerunSource[],
  tasks: ReadonlyMap<string, SubmissionTask>,
): Promise<Rerun[]> {
  const imageIds = [...new Set(sources.flatMap(({ image_id }) => image_id ?? []))];
  await fetchAgain(trx, organizationId, imageIds, priorities[priority]);
  const images = new Map((await lockImageStatuses(trx, organizationId, imageIds)).map((row) => [row.id, row]));
  const reruns: Rerun[] = [];
  const issues: ValidationIssue[] = [];
  for (const [index, source] of sources.entries()) {
    const task = tasks.get(source.task_id);
    const image = source.image_id === null ? undefined : images.get(source.image_id);
    if (task && image) reruns.push({ source, task, image });
    else issues.push({ path: ['target', 'ids', String(index)], message: task ? pictureGone : taskGone });
  }
  if ('ids' in target && issues.length > 0) throw new ValidationError(issues);
  if (reruns.length === 0) throw invalid(nothingLeft(issues.length));
  return reruns;
}

const taskGone = 'Its task has been deleted and accepts no new images.';
const pictureGone = 'Its image has been deleted.';

function nothingLeft(passedOver: number): string {
  const others =
    passedOver === 0 ? '' : ` ${passedOver} cannot be rerun because their images or tasks have been deleted.`;
  return `There is nothing to rerun.${others} To rerun analyses that are not FAILED as well, set scope to ALL.`;
}

function invalid(message: string, ...path: string[]): ValidationError {
  return new ValidationError([{ path: ['target', ...path], message }]);
}
