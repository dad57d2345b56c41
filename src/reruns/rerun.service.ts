import type { Transaction } from 'kysely';
import { type Priority, priorities } from '../analyses/life.ts';
import type { RerunSource } from '../batches/rerun.repository.ts';
import { creditsOfPictures, type Rerun, storeRerun } from '../batches/store-rerun.ts';
import type { Submitted } from '../batches/store-submission.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import { toSubmissionTask } from '../batches/submission-tasks.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { fetchAgain } from '../images/fetching/fetch-again.ts';
import { lockImageStatuses } from '../images/locks.repository.ts';
import { requireCredits } from '../organizations/credits.service.ts';
import { getPlan, lockAllowance } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { ValidationError } from '../user-error.ts';
import { mostVideoSeconds } from '../video-requests/cost.ts';
import { creditsOfReruns, storeVideoReruns, type VideoRerun } from '../video-requests/rerun-videos.ts';
import { whyNoVideos } from '../video-requests/why-no-videos.ts';
import { lockVideoStatuses } from '../videos/videos.repository.ts';
import { findSources, invalid, type Placed, type RerunSources, type RerunTarget } from './rerun-sources.ts';

export interface RerunInput {
  target: RerunTarget;
  /** For a batch or task; with ids, analyses in any status are rerun. */
  scope: 'FAILED' | 'ALL';
  priority: Priority;
}

/** The response to a request, which is also stored for repeated ones. */
export interface Reran extends Submitted {
  /** The new analyses of videos, in the order of the request. */
  videoAnalysisIds: string[];
}

/**
 * Reruns analyses with the current settings of their tasks: new analyses beside the old ones. Those of images form one batch, whose
 * size the plan does not limit; it is empty if all are of videos, because clients were promised one. Pictures that could not be fetched
 * are fetched again. With a batch or task, analyses that cannot run any more (their picture, video or task was deleted) are skipped;
 * with ids, either all are rerun or none.
 *
 * @param options actor: whom the session token of the request stands for; null: nobody
 * @throws ValidationError, NotFoundError, InsufficientCreditsError, IdempotencyConflictError
 */
export async function rerun(
  app: Resources,
  organizationId: string,
  input: RerunInput,
  { requestKey, actor }: { requestKey: RequestKey | null; actor: string | null },
): Promise<Reran & { replayed: boolean }> {
  const request = requestKey && { ...requestKey, hash: hashRequest({ ...input, target: describe(input.target) }) };
  const earlier = request && (await findEarlierAnswer<Submitted & Partial<Reran>>(app.db, organizationId, request));
  if (earlier) return { videoAnalysisIds: [], ...earlier, replayed: true };
  const sources = await findSources(app, organizationId, input);
  const tasks = await findPresentTasks(app, organizationId, sources);
  const maxSeconds = mostVideoSeconds(app.config, (await getPlan(app.db, organizationId)).maxVideoSeconds);
  const { answer, replayed } = await inLogOrder(app.db, (trx) =>
    answerOnce(trx, organizationId, request, () =>
      store(trx, organizationId, { input, sources, tasks, actor, maxSeconds }),
    ),
  );
  app.hints.eventsWritten();
  return { ...answer, replayed };
}

/** As the client sent it, to recognise a repeated request. */
function describe(target: RerunTarget): object {
  if ('ids' in target) return { ids: target.ids.map(({ text }) => text) };
  return 'batchId' in target ? { batchId: target.batchId.text } : { taskId: target.taskId.text };
}

/** A task that accepts analyses. */
interface PresentTask {
  task: SubmissionTask;
  /** Why it cannot run on videos; null: it can. */
  noVideos: string | null;
}

/** By id; without deleted tasks, which accept no new analyses. */
async function findPresentTasks(
  app: Resources,
  organizationId: string,
  { pictures, videos }: RerunSources,
): Promise<Map<string, PresentTask>> {
  const ids = new Set([...pictures, ...videos].map(({ source }) => source.task_id));
  const rows = await findTasks(app.db, organizationId, [...ids]);
  const present = rows.filter((row) => row.deleted_at === null);
  return new Map(present.map((row) => [row.id, { task: toSubmissionTask(app, row), noVideos: whyNoVideos(row) }]));
}

interface Wanted {
  input: RerunInput;
  sources: RerunSources;
  tasks: ReadonlyMap<string, PresentTask>;
  actor: string | null;
  /** How long a video may be. */
  maxSeconds: number;
}

async function store(trx: Transaction<DB>, organizationId: string, wanted: Wanted): Promise<Reran> {
  const { input, sources, tasks, actor, maxSeconds } = wanted;
  const { target, priority } = input;
  // Before the images, as in all code that locks both: the cost is known only when they are locked.
  await lockAllowance(trx, organizationId);
  const { reruns, issues } = await choosePictures(trx, organizationId, sources.pictures, { tasks, priority });
  const videos = await chooseVideos(trx, organizationId, sources.videos, tasks);
  const all = [...issues, ...videos.issues];
  if ('ids' in target && all.length > 0) throw new ValidationError(all.map(toIssue));
  if (reruns.length + videos.reruns.length === 0) throw invalid(nothingLeft(all.length));
  await requireCredits(trx, organizationId, creditsOfPictures(reruns) + creditsOfReruns(videos.reruns, maxSeconds));
  const stored = await storeRerun(trx, { organizationId, priority, reruns, actor });
  const videoAnalysisIds = await storeVideoReruns(trx, organizationId, videos.reruns, { priority, actor, maxSeconds });
  return { ...stored, videoAnalysisIds };
}

/** Why one of the analyses cannot be rerun. */
interface Refusal {
  index: number;
  message: string;
}

function toIssue({ index, message }: Refusal) {
  return { path: ['target', 'ids', String(index)], message };
}

async function choosePictures(
  trx: Transaction<DB>,
  organizationId: string,
  sources: readonly Placed<RerunSource>[],
  { tasks, priority }: { tasks: ReadonlyMap<string, PresentTask>; priority: Priority },
): Promise<{ reruns: Rerun[]; issues: Refusal[] }> {
  const imageIds = [...new Set(sources.flatMap(({ source: { image_id } }) => image_id ?? []))];
  await fetchAgain(trx, organizationId, imageIds, priorities[priority]);
  const images = new Map((await lockImageStatuses(trx, organizationId, imageIds)).map((row) => [row.id, row]));
  const reruns: Rerun[] = [];
  const issues: Refusal[] = [];
  for (const { source, index } of sources) {
    const task = tasks.get(source.task_id)?.task;
    const image = images.get(source.image_id ?? '');
    if (task && image) reruns.push({ source, task, image });
    else issues.push({ index, message: task ? 'Its image has been deleted.' : taskGone });
  }
  return { reruns, issues };
}

async function chooseVideos(
  trx: Transaction<DB>,
  organizationId: string,
  sources: RerunSources['videos'],
  tasks: ReadonlyMap<string, PresentTask>,
): Promise<{ reruns: VideoRerun[]; issues: Refusal[] }> {
  const videoIds = [...new Set(sources.flatMap(({ source: { video_id } }) => video_id ?? []))];
  const videos = new Map((await lockVideoStatuses(trx, organizationId, videoIds)).map((row) => [row.id, row]));
  const reruns: VideoRerun[] = [];
  const issues: Refusal[] = [];
  for (const { source, index } of sources) {
    const { task, noVideos = taskGone } = tasks.get(source.task_id) ?? {};
    const video = videos.get(source.video_id ?? '');
    if (task && noVideos === null && video) reruns.push({ source, task, video });
    else issues.push({ index, message: noVideos ?? 'Its video has been deleted.' });
  }
  return { reruns, issues };
}

const taskGone = 'Its task has been deleted and accepts no new images or videos.';

function nothingLeft(passedOver: number): string {
  const others =
    passedOver === 0
      ? ''
      : ` ${passedOver} cannot be rerun because their images, videos or tasks have been deleted, or because their task takes no videos any more.`;
  return `There is nothing to rerun.${others} To rerun analyses that are not FAILED as well, set scope to ALL.`;
}
