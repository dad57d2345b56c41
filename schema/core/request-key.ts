import type { Context } from '../../src/context.ts';
import type { RepeatableOperation, RequestKey } from '../../src/idempotency/idempotency.repository.ts';
import { checkIdempotencyKey } from '../../src/idempotency/key-rule.ts';
import { ValidationError } from '../../src/user-error.ts';

/** For the input field of every operation that takes a key. */
export const requestKeyHelp =
  'Makes a repeat of the request safe: within 24 hours the same key with the same input answers what it answered first, and does nothing again; with another input it answers IdempotencyConflictError. 1 to 255 characters of your choice. May also come as the header Idempotency-Key, when this is the only field of the request; both must agree. A request that failed may be repeated under its key.';

/**
 * The key of a request, from its input or the header; null: none.
 * @throws ValidationError when both are there and differ, or it is not 1 to 255 characters.
 */
export function requestKey(
  context: Context,
  operation: RepeatableOperation,
  fromInput: string | null | undefined,
): RequestKey | null {
  const header = context.idempotencyKey;
  const path = ['idempotencyKey'];
  if (fromInput != null && header !== null && fromInput !== header)
    throw new ValidationError([{ path, message: 'It is not that of the header Idempotency-Key. Send one of them.' }]);
  const key = fromInput ?? header;
  const issues = checkIdempotencyKey(key, path);
  if (issues.length > 0) throw new ValidationError(issues);
  return key === null ? null : { operation, key };
}
