import type { ValidationIssue } from '../user-error.ts';
import { numberFault } from '../validation/exact-numbers.ts';

const maxKeys = 10;
const maxKeyLength = 100;
const maxValueLength = 500;

/**
 * The violations in the metadata that a client attaches to an image or analysis. It must be small enough to be stored in the row
 * and indexed.
 * @param path of the metadata in the input.
 */
export function checkMetadata(
  metadata: Record<string, unknown> | null | undefined,
  path: readonly string[],
): ValidationIssue[] {
  const entries = Object.entries(metadata ?? {});
  const issues: ValidationIssue[] = [];
  if (entries.length > maxKeys)
    issues.push({ path: [...path], message: `It has ${entries.length} keys; expected at most ${maxKeys}.` });
  for (const [key, value] of entries) {
    const fault = keyFault(key) ?? valueFault(value);
    if (fault) issues.push({ path: [...path, key.slice(0, maxKeyLength)], message: fault });
  }
  return issues;
}

function keyFault(key: string): string | null {
  if (key.length <= maxKeyLength) return null;
  return `The key has ${key.length} characters; expected at most ${maxKeyLength}.`;
}

function valueFault(value: unknown): string | null {
  if (typeof value === 'object' && value !== null)
    return 'It is an object or a list; expected a string, number, boolean or null.';
  if (typeof value === 'number') return numberFault(value);
  if (typeof value !== 'string' || value.length <= maxValueLength) return null;
  return `It has ${value.length} characters; expected at most ${maxValueLength}.`;
}
