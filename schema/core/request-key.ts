import type { Context } from '../../src/context.ts';
import type { RepeatableOperation, RequestKey } from '../../src/idempotency/idempotency.repository.ts';
import { checkIdempotencyKey } from '../../src/idempotency/key-rule.ts';
import { ValidationError } from '../../src/user-error.ts';

/** The description of the key in the input of every operation that takes one. */
export const requestKeyHelp =
  'A key of your choice, 1 to 255 characters, that makes retries safe. For 24 hours, a repeated request with the same key and the same input changes nothing and returns the first response. A request with the same key and a different input returns IdempotencyConflictError. If this is the only field of the operation, the header Idempotency-Key can carry the key instead; if both are sent, they must be equal. A request that failed can be retried with its key.';

/**
 * The idempotency key of a request, from its input or the header; null if there is none.
 * @throws ValidationError if both are set and differ, or the key does not have 1 to 255 characters
 */
export function requestKey(
  context: Context,
  operation: RepeatableOperation,
  fromInput: string | null | undefined,
): RequestKey | null {
  const header = context.idempotencyKey;
  const path = ['idempotencyKey'];
  if (fromInput != null && header !== null && fromInput !== header)
    throw new ValidationError([
      { path, message: 'It differs from the header Idempotency-Key. Send only one of them.' },
    ]);
  const key = fromInput ?? header;
  const issues = checkIdempotencyKey(key, path);
  if (issues.length > 0) throw new ValidationError(issues);
  return key === null ? null : { operation, key };
}
