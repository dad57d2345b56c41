import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { IdempotencyConflictError } from '../user-error.ts';
import { type AnsweredRequest, findAnswered, type RequestKey, storeAnswer, takeKey } from './idempotency.repository.ts';

/** A request with a key, and the hash of its contents (request-hash.ts). */
export interface KeyedRequest extends RequestKey {
  hash: Buffer;
}

export interface Once<Answer> {
  answer: Answer;
  /** The request was made before with the same key; nothing was done now. */
  replayed: boolean;
}

/**
 * Does the work of a request once: a repeated request with the same key within 24 hours gets the first response, and a concurrent
 * one waits for it. A failure leaves the key unused. Call it before anything else in the transaction, so that a concurrent request
 * waits before it does anything; the result of `work` must be representable in JSON.
 * @param request null: no key, so `work` always runs.
 * @throws IdempotencyConflictError if the key was used for another request.
 */
export async function answerOnce<Answer extends object>(
  trx: Transaction<DB>,
  organizationId: string,
  request: KeyedRequest | null,
  work: () => Promise<Answer>,
): Promise<Once<Answer>> {
  if (request === null) return { answer: await work(), replayed: false };
  if (!(await takeKey(trx, organizationId, request, request.hash))) {
    // Taking it has locked the row: it cannot be removed in between.
    const answered = await findAnswered(trx, organizationId, request);
    return { answer: sameAnswer<Answer>(request, answered!), replayed: true };
  }
  const answer = await work();
  await storeAnswer(trx, organizationId, request, answer);
  return { answer, replayed: false };
}

/**
 * The earlier response to a request; null if its key is unused or a concurrent request is still running. Checked before the work,
 * so that a repeated request gets the same response even if tasks, plan or credits have changed since.
 * @throws IdempotencyConflictError as above.
 */
export async function findEarlierAnswer<Answer extends object>(
  db: Kysely<DB>,
  organizationId: string,
  request: KeyedRequest,
): Promise<Answer | null> {
  const answered = await findAnswered(db, organizationId, request);
  return answered && sameAnswer<Answer>(request, answered);
}

function sameAnswer<Answer>({ key, hash }: KeyedRequest, { request_hash, answer }: AnsweredRequest): Answer {
  if (!hash.equals(request_hash)) throw new IdempotencyConflictError(key);
  // Written by storeAnswer from the result of the same operation.
  return answer as Answer;
}
