import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { IdempotencyConflictError } from '../user-error.ts';
import { type AnsweredRequest, findAnswered, type RequestKey, storeAnswer, takeKey } from './idempotency.repository.ts';

/** A request under a key, with the hash of what it asks for (request-hash.ts). */
export interface KeyedRequest extends RequestKey {
  hash: Buffer;
}

export interface Once<Answer> {
  answer: Answer;
  /** It was made before, under the same key; nothing was done now. */
  replayed: boolean;
}

/**
 * Does the work of a request once: a repeat under the same key within 24 hours gets the first answer, and a twin that runs
 * at the same time waits for it. A failure leaves the key free. Call it before anything else in the transaction, so that a
 * twin waits with nothing done; `work` makes an answer that JSON can carry.
 *
 * @param request null: no key, `work` is done.
 * @throws IdempotencyConflictError when the key was used for something else.
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
 * The answer that a request got before; null when its key is free, or its twin still runs. For looking before the work:
 * what was answered once is answered again, whatever has become of tasks, plan or credits since.
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
  // Written by storeAnswer from what the same operation made.
  return answer as Answer;
}
