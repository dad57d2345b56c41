import type { Kysely } from 'kysely';
import { findAnalyses } from '../analyses/analyses.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import { findImages } from '../images/images.repository.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { IdempotencyConflictError, NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import type { SubmittedItem } from './store-submission.ts';
import type { SubmitInput } from './submission.ts';

/**
 * A caller who is limited to tasks or places submits to these tasks, for these places, and uses images that it sees.
 * @throws NotFoundError for another task or image, ValidationError for another place or for an upload
 */
export async function checkNarrowing(
  db: Kysely<DB>,
  organizationId: string,
  input: SubmitInput,
  narrowing: Narrowing,
): Promise<void> {
  checkTasks(input, narrowing);
  const issues = input.images.flatMap((image, index) => [
    ...placeIssues(image.placeId, narrowing, ['images', String(index), 'placeId']),
    ...sourceIssues(image.source, ['images', String(index), 'source', 'uploadId']),
  ]);
  if (issues.length > 0) throw new ValidationError(issues);
  await checkImages(db, organizationId, input, narrowing);
}

function checkTasks({ taskId, images }: SubmitInput, { taskIds }: Narrowing): void {
  if (taskIds === null) return;
  for (const given of [taskId, ...images.map((image) => image.taskId)])
    if (given && !(given.uuid !== null && taskIds.includes(given.uuid))) throw new NotFoundError(given.text);
}

/** Why a caller who is limited to places cannot submit for this one. */
export function placeIssues(placeId: string | null, { placeIds }: Narrowing, path: string[]): ValidationIssue[] {
  if (placeIds === null || (placeId !== null && placeIds.includes(placeId))) return [];
  const found = placeId === null ? 'It is missing' : `It is "${placeId}"`;
  return [{ path, message: `${found}; the session token is limited to places. Send one of its placeIds.` }];
}

/** An upload belongs to no task and no place, so nobody can tell whether the caller sees it. */
export function sourceIssues(source: object, path: string[]): ValidationIssue[] {
  if (!('uploadId' in source)) return [];
  const message = 'A session token that is limited to tasks or places cannot use uploads. Send the file itself.';
  return [{ path, message }];
}

async function checkImages(
  db: Kysely<DB>,
  organizationId: string,
  { images }: SubmitInput,
  narrowing: Narrowing,
): Promise<void> {
  const given: GivenId[] = images.flatMap(({ source }) => ('imageId' in source ? source.imageId : []));
  if (given.length === 0) return;
  const uuids = given.flatMap(({ uuid }) => uuid ?? []);
  const seen = new Set((await findImages(db, organizationId, uuids, narrowing)).map(({ id }) => id));
  for (const { uuid, text } of given) if (uuid === null || !seen.has(uuid)) throw new NotFoundError(text);
}

/**
 * The key of an image stands for the analysis that it made before, whatever that is of.
 * @throws IdempotencyConflictError when the caller does not see that
 */
export async function checkReplayed(
  db: Kysely<DB>,
  organizationId: string,
  { images }: SubmitInput,
  { items, narrowing }: { items: readonly SubmittedItem[]; narrowing: Narrowing },
): Promise<void> {
  const replayed = items.filter((item) => item.replayed).map(({ analysisId }) => analysisId);
  if (replayed.length === 0) return;
  const seen = new Set((await findAnalyses(db, organizationId, replayed, narrowing)).map(({ id }) => id));
  const hidden = items.findIndex((item) => item.replayed && !seen.has(item.analysisId));
  if (hidden >= 0) throw new IdempotencyConflictError(images[hidden]!.idempotencyKey ?? '');
}
