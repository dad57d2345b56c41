import type { Kysely } from 'kysely';
import type { Caller } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import { useUp } from '../organizations/session-tokens.repository.ts';
import { refusal } from '../refusal.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError } from '../user-error.ts';
import { type CreatedToken, issueToken } from './issue-token.ts';
import { type TokenFields, tokenIssues } from './token-rules.ts';

export interface TokenRequest extends TokenFields {
  taskIds: readonly GivenId[] | null;
}

/**
 * Creates a token that allows at most what its key allows and ends with it. A token cannot create another one: otherwise anyone who
 * found it could renew it for ever. The exception is the token of a sign-in link, which does nothing else and is used up by this.
 * @throws ValidationError; NotFoundError for an unknown task; GraphQLError FORBIDDEN for a token
 */
export async function createSessionToken(db: Kysely<DB>, caller: Caller, request: TokenRequest): Promise<CreatedToken> {
  if (caller.session && !caller.session.singleUse) throw refusal('FORBIDDEN', makesNoTokens);
  const issues = tokenIssues(request, caller);
  if (issues.length > 0) throw new ValidationError(issues);
  const narrowing = await findNarrowing(db, caller.organizationId, request);
  return db.transaction().execute(async (trx) => {
    if (caller.session && !(await useUp(trx, caller.organizationId, caller.session.tokenId)))
      throw refusal('UNAUTHENTICATED', 'The sign-in link was used or has expired. Sign in with an API key.');
    return issueToken(trx, caller, {
      scopes: [...new Set(request.scopes)],
      narrowing,
      actor: request.actor,
      singleUse: false,
      analysisId: null,
      expiresAt: new Date(Date.now() + request.expiresInSeconds * 1000),
    });
  });
}

const makesNoTokens =
  'A session token cannot create another one. Ask the program that holds the API key for a new token, or sign in again.';

async function findNarrowing(
  db: Kysely<DB>,
  organizationId: string,
  { taskIds, placeIds }: TokenRequest,
): Promise<Narrowing | null> {
  if (taskIds === null && placeIds === null) return null;
  const ids = taskIds && (await existingTasks(db, organizationId, taskIds));
  return { taskIds: ids, placeIds: placeIds && [...new Set(placeIds)] };
}

async function existingTasks(db: Kysely<DB>, organizationId: string, given: readonly GivenId[]): Promise<string[]> {
  const uuids = given.flatMap(({ uuid }) => uuid ?? []);
  const tasks = await findTasks(db, organizationId, uuids);
  const known = new Set(tasks.filter((task) => task.deleted_at === null).map(({ id }) => id));
  const unknown = given.find(({ uuid }) => uuid === null || !known.has(uuid));
  if (unknown) throw new NotFoundError(unknown.text);
  return [...known];
}
