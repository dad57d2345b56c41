import { z } from 'zod';
import { violates } from '../database/errors.ts';
import type { GivenId } from '../given-id.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import type { Resources } from '../resources.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { ConflictError, NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { text } from '../validation/rules.ts';
import { type GivenContent, readContent } from './content.ts';
import {
  findPlanograms,
  insertPlanogram,
  insertVersion,
  lockPlanogram,
  markPlanogramDeleted,
  type PlanogramColumns,
  type PlanogramRow,
  updatePlanogramColumns,
} from './planograms.repository.ts';

type PlanogramResources = Pick<Resources, 'db'>;

/** The fields of a planogram that a client sets: absent leaves the value, null clears it. */
interface PlanogramFields {
  name?: string | null;
  taskId?: GivenId | null;
  placeId?: string | null;
}

export interface NewPlanogram extends PlanogramFields {
  name: string;
  content: GivenContent;
  /** null: it counts for all pictures. */
  validFrom: Date | null;
}

/**
 * Creates a planogram with its first version.
 * @param requestKey makes a repeated request return the planogram that the first one created; null: none.
 * @throws ValidationError, IdempotencyConflictError; NotFoundError for an unknown task or analysis; ConflictError where another
 * planogram is attached to the same task and place
 */
export async function createPlanogram(
  app: PlanogramResources,
  organizationId: string,
  { content, validFrom, ...fields }: NewPlanogram,
  requestKey: RequestKey | null,
): Promise<PlanogramRow> {
  // First, because a file that is being sent must be read.
  const fixture = await readContent(app, organizationId, content);
  const columns = {
    task_id: null,
    place_id: null,
    ...(await readFields(app, organizationId, fields)),
    name: fields.name,
  };
  assertAttached(columns);
  const request = requestKey && { ...requestKey, hash: hashRequest({ ...columns, validFrom, fixture }) };
  const earlier = request && (await findEarlierAnswer<{ id: string }>(app.db, organizationId, request));
  if (earlier) return getPlanogram(app, organizationId, earlier.id);
  const { answer } = await app.db
    .transaction()
    .execute((trx) =>
      answerOnce(trx, organizationId, request, async () => {
        const id = newId();
        await insertPlanogram(trx, organizationId, { ...columns, id });
        await insertVersion(trx, organizationId, id, { fixture, validFrom });
        return { id };
      }),
    )
    .catch((error: unknown) => {
      throw conflictOf(error) ?? error;
    });
  return getPlanogram(app, organizationId, answer.id);
}

export interface PlanogramUpdate extends PlanogramFields {
  id: GivenId;
  /** Absent or null: no new version. */
  content?: GivenContent | null;
  /** Of the new version; absent or null: now. */
  validFrom?: Date | null;
}

/**
 * Changes a planogram; new content makes a new version of it. Existing results stay as they are.
 * @throws as createPlanogram; NotFoundError for an unknown planogram
 */
export async function updatePlanogram(
  app: PlanogramResources,
  organizationId: string,
  { id, content, validFrom, ...fields }: PlanogramUpdate,
): Promise<PlanogramRow> {
  const fixture = content == null ? null : await readContent(app, organizationId, content);
  if (fixture === null && validFrom != null) throw new ValidationError([versionless]);
  if (id.uuid === null) throw new NotFoundError(id.text);
  const uuid = id.uuid;
  const columns = await readFields(app, organizationId, fields);
  await app.db
    .transaction()
    .execute(async (trx) => {
      const planogram = await lockPlanogram(trx, organizationId, uuid);
      if (!planogram) throw new NotFoundError(id.text);
      assertAttached({ ...planogram, ...columns });
      await updatePlanogramColumns(trx, organizationId, uuid, columns);
      if (fixture) await insertVersion(trx, organizationId, uuid, { fixture, validFrom: validFrom ?? new Date() });
    })
    .catch((error: unknown) => {
      throw conflictOf(error) ?? error;
    });
  return getPlanogram(app, organizationId, uuid);
}

const versionless: ValidationIssue = {
  path: ['validFrom'],
  message: 'validFrom is the time from which new content is valid, and there is none. Send content, or omit validFrom.',
};

/**
 * Judges no further analyses by a planogram. Existing results keep it.
 * @throws NotFoundError, also if it was deleted before
 */
export async function deletePlanogram(
  { db }: PlanogramResources,
  organizationId: string,
  id: GivenId,
): Promise<{ id: string }> {
  const deleted = id.uuid !== null && (await markPlanogramDeleted(db, organizationId, id.uuid));
  if (!deleted) throw new NotFoundError(id.text);
  return { id: id.uuid! };
}

const rule = z.object({
  name: text('name', { min: 1, max: 255 }).optional(),
  placeId: text('placeId', { max: 255 }).nullish(),
});

/** The columns that the fields set, without absent ones. */
async function readFields(
  { db }: PlanogramResources,
  organizationId: string,
  { name, taskId, placeId }: PlanogramFields,
): Promise<Partial<PlanogramColumns>> {
  const issues = findIssues(rule, { name: name ?? undefined, placeId });
  if (name === null) issues.unshift({ path: ['name'], message: 'name is null; a planogram must have a name.' });
  if (issues.length > 0) throw new ValidationError(issues);
  if (taskId) await assertTask(db, organizationId, taskId);
  return {
    ...(name != null && { name }),
    ...(taskId !== undefined && { task_id: taskId?.uuid ?? null }),
    ...(placeId !== undefined && { place_id: placeId }),
  };
}

async function assertTask(db: Resources['db'], organizationId: string, { text: given, uuid }: GivenId): Promise<void> {
  const [task] = uuid === null ? [] : await findTasks(db, organizationId, [uuid]);
  if (!task || task.deleted_at !== null) throw new NotFoundError(given);
  if (task.type === 'DETECTION') return;
  throw new ValidationError([
    { path: ['taskId'], message: `The task is a ${task.type} task, which finds no products. Use a DETECTION task.` },
  ]);
}

function assertAttached({ task_id, place_id }: Pick<PlanogramColumns, 'task_id' | 'place_id'>): void {
  if (task_id !== null || place_id !== null) return;
  const message = 'A planogram judges the pictures of a task, of a place, or of both. Give taskId or placeId.';
  throw new ValidationError([{ path: ['taskId'], message }]);
}

/** The expected error that corresponds to an error of the database; null: none. */
function conflictOf(error: unknown): ConflictError | null {
  const attached = Object.entries(attachments).find(([index]) => violates(error, index));
  if (!attached) return null;
  return new ConflictError(
    `Another planogram is attached to ${attached[1]}. Send its new content with updatePlanogram, or delete it first.`,
    { cause: error },
  );
}

/** By the unique index of the database. */
const attachments = {
  planogram_of_task_and_place: 'the same task and place',
  planogram_of_place: 'the same place',
  planogram_of_task: 'the same task',
};

async function getPlanogram({ db }: PlanogramResources, organizationId: string, id: string): Promise<PlanogramRow> {
  const [planogram] = await findPlanograms(db, organizationId, [id]);
  if (!planogram) throw new Error(`Planogram ${id} is gone; planograms are never removed.`);
  return planogram;
}
