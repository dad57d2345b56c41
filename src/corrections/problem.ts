import { ConflictError, NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';

/** Why a row of a request was not done. */
export type RowProblem = ValidationError | NotFoundError | ConflictError;

/** A problem in JSON, since the response to a request with a key is stored. */
export type StoredProblem = { notFound: string } | { conflict: string } | { issues: ValidationIssue[] };

export function storeProblem(problem: RowProblem): StoredProblem {
  if (problem instanceof NotFoundError) return { notFound: problem.id };
  return problem instanceof ConflictError ? { conflict: problem.message } : { issues: problem.issues };
}

export function readProblem(stored: StoredProblem): RowProblem {
  if ('notFound' in stored) return new NotFoundError(stored.notFound);
  return 'conflict' in stored ? new ConflictError(stored.conflict) : new ValidationError(stored.issues);
}

export function invalidRow(path: string[], message: string): ValidationError {
  return new ValidationError([{ path, message }]);
}
