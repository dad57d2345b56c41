import type { Transaction } from 'kysely';
import { findItemStates } from '../catalog/item-states.repository.ts';
import { addWordsJob } from '../catalog/words.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { indexMissedJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import { defaultPipelineFor, resolvePipeline } from '../models/resolve-pipeline.ts';
import type { Resources } from '../resources.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { checkTaskFields, type TaskFields, taskColumns } from './task-fields.ts';
import {
  addTaskItems,
  findTaskItems,
  insertTask,
  markTaskDeleted,
  removeTaskItems,
  updateTaskColumns,
} from './task-writes.repository.ts';
import { findTasks, lockTask, type TaskRow } from './tasks.repository.ts';

type TaskResources = Pick<Resources, 'db' | 'pipelines'>;

export interface NewTask extends TaskFields {
  name: string;
  type: TaskRow['type'];
  /** null or absent: every active item, including future ones. */
  catalogItemIds?: readonly GivenId[] | null;
}

/**
 * @param requestKey makes a repeated request return the task that the first one created; null: none.
 * @throws ValidationError, IdempotencyConflictError; NotFoundError for an unknown item.
 */
export async function createTask(
  app: TaskResources,
  organizationId: string,
  input: NewTask,
  requestKey: RequestKey | null,
): Promise<TaskRow> {
  const itemTexts = input.catalogItemIds?.map(({ text }) => text);
  const request = requestKey && { ...requestKey, hash: hashRequest({ ...input, catalogItemIds: itemTexts }) };
  const earlier = request && (await findEarlierAnswer<{ id: string }>(app.db, organizationId, request));
  if (earlier) return getTask(app, organizationId, earlier.id);
  const { type, catalogItemIds, ...rest } = input;
  const fields = { ...rest, pipeline: rest.pipeline ?? null, acceptGroups: rest.acceptGroups ?? null };
  if (type !== 'DETECTION') {
    if (defaultPipelineFor(app.pipelines, type) === null) throw new ValidationError([noPipelineRuns(type)]);
    if (catalogItemIds != null) throw new ValidationError([looksForNothing(type, 'catalogItemIds')]);
  }
  const pipeline = resolvePipeline(app.pipelines, fields.pipeline ?? '');
  if (pipeline?.kind === 'OBJECTS' && catalogItemIds != null)
    throw new ValidationError([matchesNothing(pipeline.key, 'catalogItemIds')]);
  assertNoIssues(checkTaskFields(fields, { ...defaults, name: input.name, type }, app.pipelines));
  const { answer } = await app.db.transaction().execute((trx) =>
    answerOnce(trx, organizationId, request, async () => {
      const id = newId();
      await assertItemsExist(trx, organizationId, fields.alertRules);
      const itemIds = await findLookedFor(trx, organizationId, catalogItemIds ?? [], 'catalogItemIds');
      const columns = { ...defaults, ...taskColumns(fields, { type, pipeline: '' }, app.pipelines), name: input.name };
      const all_catalog_items = type === 'DETECTION' && catalogItemIds == null;
      await insertTask(trx, organizationId, { ...columns, id, type, all_catalog_items });
      await addTaskItems(trx, organizationId, id, itemIds);
      if (columns.read_text) await addWordsJob(trx, organizationId);
      await describeForVersion(trx, columns.pipeline);
      return { id };
    }),
  );
  return getTask(app, organizationId, answer.id);
}

const defaults = {
  description: '',
  compute_realogram: false,
  read_codes: false,
  currency: null,
  compute_shares: false,
  read_text: false,
  find_gaps: false,
  alert_rules: '{}',
  learning: false,
  blur_people: 'NONE' as const,
  keep_original: true,
  exif_position: false,
  threshold: null,
  top_candidates: 1,
  accept_groups: [],
  pipeline: '',
};

function noPipelineRuns(type: TaskRow['type']): ValidationIssue {
  return { path: ['type'], message: `type is ${type}, which no pipeline of this server can run. Use DETECTION.` };
}

function looksForNothing(type: TaskRow['type'], field: string): ValidationIssue {
  return { path: [field], message: `A ${type} task does not look for items. Omit it.` };
}

function matchesNothing(pipeline: string, field: string): ValidationIssue {
  return { path: [field], message: `The pipeline ${pipeline} does not look for items. Omit it.` };
}

function assertNoIssues(issues: ValidationIssue[]): void {
  if (issues.length > 0) throw new ValidationError(issues);
}

async function getTask({ db }: TaskResources, organizationId: string, id: string): Promise<TaskRow> {
  const [task] = await findTasks(db, organizationId, [id]);
  if (!task) throw new Error(`Task ${id} is gone; tasks are never removed.`);
  return task;
}

/** The unique ids of the items. INDEXING and FAILED ones are accepted: analyses look for them when they become ACTIVE. */
async function findLookedFor(
  trx: Transaction<DB>,
  organizationId: string,
  given: readonly GivenId[],
  field: string,
): Promise<string[]> {
  const ids = given.map(({ text, uuid }) => {
    if (uuid === null) throw new NotFoundError(text);
    return uuid;
  });
  const items = new Map((await findItemStates(trx, organizationId, ids)).map((item) => [item.entityId, item.state]));
  const missing = given.find(({ uuid }) => !items.has(uuid!));
  if (missing) throw new NotFoundError(missing.text);
  assertNoIssues(
    given.flatMap(({ text, uuid }, index) =>
      items.get(uuid!)?.status === 'ARCHIVED'
        ? [{ path: [field, String(index)], message: `The item ${text} is archived.` }]
        : [],
    ),
  );
  return [...new Set(ids)];
}

/** Those whose prices rules expect. @throws NotFoundError */
async function assertItemsExist(
  trx: Transaction<DB>,
  organizationId: string,
  rules: TaskFields['alertRules'],
): Promise<void> {
  const given = rules?.pricesDifferFrom?.map(({ catalogItemId }) => catalogItemId) ?? [];
  const known = await findItemStates(
    trx,
    organizationId,
    given.flatMap(({ uuid }) => uuid ?? []),
  );
  const ids = new Set(known.map(({ entityId }) => entityId));
  const missing = given.find(({ uuid }) => uuid === null || !ids.has(uuid));
  if (missing) throw new NotFoundError(missing.text);
}

export interface TaskUpdate extends TaskFields {
  id: GivenId;
  addCatalogItemIds?: readonly GivenId[] | null;
  removeCatalogItemIds?: readonly GivenId[] | null;
}

/**
 * Changes a task for analyses that start from now on. An absent field stays, null clears it.
 * @throws ValidationError; NotFoundError for an unknown task or item, or an item to remove that is not in the task's list.
 */
export async function updateTask(app: TaskResources, organizationId: string, input: TaskUpdate): Promise<TaskRow> {
  const { id, addCatalogItemIds, removeCatalogItemIds, ...fields } = input;
  if (id.uuid === null) throw new NotFoundError(id.text);
  const uuid = id.uuid;
  await app.db.transaction().execute(async (trx) => {
    const task = await lockTask(trx, organizationId, uuid);
    if (!task) throw new NotFoundError(id.text);
    assertNoIssues(checkTaskFields(fields, task, app.pipelines));
    await assertItemsExist(trx, organizationId, fields.alertRules);
    const add = addCatalogItemIds ?? [];
    const remove = removeCatalogItemIds ?? [];
    const itemsChanged = add.length + remove.length > 0;
    if (itemsChanged) await changeItems(trx, organizationId, task, { add, remove });
    const columns = taskColumns(fields, task, app.pipelines);
    await updateTaskColumns(trx, organizationId, uuid, { columns, itemsChanged });
    if (columns.read_text && !task.read_text) await addWordsJob(trx, organizationId);
    if (columns.pipeline !== task.pipeline) await describeForVersion(trx, columns.pipeline);
  });
  return getTask(app, organizationId, uuid);
}

/** Items may not have been described yet for an earlier version of a pipeline: see {@link findPipelinesInUse}. */
async function describeForVersion(trx: Transaction<DB>, pipeline: string | undefined): Promise<void> {
  if (pipeline?.includes('@')) await addJobs(trx, indexMissedJob, [{ payload: {} }]);
}

async function changeItems(
  trx: Transaction<DB>,
  organizationId: string,
  task: TaskRow,
  { add, remove }: { add: readonly GivenId[]; remove: readonly GivenId[] },
): Promise<void> {
  const field = add.length > 0 ? 'addCatalogItemIds' : 'removeCatalogItemIds';
  if (task.type !== 'DETECTION') throw new ValidationError([looksForNothing(task.type, field)]);
  if (task.all_catalog_items) {
    const message =
      'The task looks for every active item, so it has no list. Create a task with catalogItemIds instead.';
    throw new ValidationError([{ path: [field], message }]);
  }
  const added = await findLookedFor(trx, organizationId, add, 'addCatalogItemIds');
  const removed = remove.flatMap(({ uuid }) => uuid ?? []);
  const listed = await findTaskItems(trx, organizationId, task.id, removed);
  const unlisted = remove.find(({ uuid }) => uuid === null || !listed.has(uuid));
  if (unlisted) throw new NotFoundError(unlisted.text);
  await removeTaskItems(trx, organizationId, task.id, removed);
  await addTaskItems(trx, organizationId, task.id, added);
}

/**
 * Removes a task from the lists; it accepts no new analyses. Submitted ones continue.
 * @throws NotFoundError, also if it was deleted before.
 */
export async function deleteTask({ db }: TaskResources, organizationId: string, id: GivenId): Promise<{ id: string }> {
  const deleted = id.uuid !== null && (await markTaskDeleted(db, organizationId, id.uuid));
  if (!deleted) throw new NotFoundError(id.text);
  return { id: id.uuid! };
}
