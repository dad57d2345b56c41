import type { z } from 'zod';
import { ValidationError, type ValidationIssue } from '../user-error.ts';

/** The violations of the schema in `value`, with paths that begin with `path`; empty if there are none. */
export function findIssues(
  schema: z.ZodType,
  value: unknown,
  path: readonly (string | number)[] = [],
): ValidationIssue[] {
  const outcome = schema.safeParse(value);
  if (outcome.success) return [];
  return outcome.error.issues.map((issue) => ({
    path: [...path, ...issue.path].map(String),
    message: issue.message,
  }));
}

/** @throws ValidationError with all violations. */
export function check(schema: z.ZodType, value: unknown, path: readonly (string | number)[] = []): void {
  const issues = findIssues(schema, value, path);
  if (issues.length > 0) throw new ValidationError(issues);
}
