import type { ValidationIssue } from '../user-error.ts';

const maxLength = 255;

/** The fault of a client's key, for a request or an image. @param path of it in the input. */
export function checkIdempotencyKey(key: string | null, path: string[]): ValidationIssue[] {
  if (key === null || (key.length >= 1 && key.length <= maxLength)) return [];
  return [{ path, message: `It has ${key.length} characters; expected 1 to ${maxLength}.` }];
}
