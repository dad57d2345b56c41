import type { Kysely } from 'kysely';
import { findAnalyses } from '../analyses/analyses.repository.ts';
import type { Caller } from '../context.ts';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import { ConflictError, NotFoundError, ValidationError } from '../user-error.ts';
import { type CreatedToken, issueToken } from './issue-token.ts';
import { longestViewSeconds } from './token-rules.ts';

/** A week: long enough for a colleague on holiday, and the link is not forgotten for a quarter of a year. */
export const usualLinkSeconds = 7 * 86_400;
export const longestLinkSeconds = longestViewSeconds;

export interface LinkRequest {
  analysisId: GivenId;
  expiresInSeconds: number;
}

/**
 * Creates a token that reads one analysis and nothing else. A session token may create one, although it can create no other token:
 * the link shows nothing that the session could not copy, so whoever finds the session's token gains nothing by it.
 * @throws ValidationError; NotFoundError; ConflictError if the analysis has no result
 */
export async function createAnalysisLink(db: Kysely<DB>, caller: Caller, request: LinkRequest): Promise<CreatedToken> {
  const { analysisId, expiresInSeconds } = request;
  if (expiresInSeconds < 1 || expiresInSeconds > longestLinkSeconds) {
    const message = `It is ${expiresInSeconds}; expected 1 to ${longestLinkSeconds}.`;
    throw new ValidationError([{ path: ['expiresInSeconds'], message }]);
  }
  const id = await findFinished(db, caller.organizationId, analysisId);
  return issueToken(db, caller, {
    scopes: ['READ'],
    narrowing: null,
    actor: caller.session?.actor ?? null,
    singleUse: false,
    analysisId: id,
    expiresAt: new Date(Date.now() + expiresInSeconds * 1000),
  });
}

async function findFinished(db: Kysely<DB>, organizationId: string, { uuid, text }: GivenId): Promise<string> {
  const [analysis] = uuid === null ? [] : await findAnalyses(db, organizationId, [uuid]);
  if (!analysis) throw new NotFoundError(text);
  if (analysis.status !== 'SUCCEEDED')
    throw new ConflictError(`The analysis ${text} is ${analysis.status}. Only one that has SUCCEEDED can be shared.`);
  return analysis.id;
}
