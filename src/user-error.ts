import type { MediaErrorCode } from './shared/failure.ts';

/**
 * Expected failures of an operation. Services throw them; the schema's result unions list which ones a field can answer with
 * (schema/core/errors.ts maps each class to its GraphQL type). Any other error is unexpected and masked.
 */
export type UserErrorCode =
  | 'VALIDATION_FAILED'
  | 'NOT_FOUND'
  | 'INSUFFICIENT_CREDITS'
  | 'BATCH_TOO_LARGE'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'CONFLICT'
  | MediaErrorCode
  | 'QUOTA_EXCEEDED';

export abstract class UserError extends Error {
  abstract readonly code: UserErrorCode;
}

export interface ValidationIssue {
  /** Path into the input, for example `['images', '3', 'metadata']`. */
  path: string[];
  message: string;
}

export class ValidationError extends UserError {
  readonly code = 'VALIDATION_FAILED';
  readonly issues: ValidationIssue[];
  constructor(issues: ValidationIssue[]) {
    super(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' '));
    this.issues = issues;
  }
}

export class NotFoundError extends UserError {
  readonly code = 'NOT_FOUND';
  /** As the client sent it. */
  readonly id: string;
  constructor(id: string) {
    super(`Nothing with the id "${id}" exists in your organisation. Check the id and the API key.`);
    this.id = id;
  }
}

export class ConflictError extends UserError {
  readonly code = 'CONFLICT';
}

export class BatchTooLargeError extends UserError {
  readonly code = 'BATCH_TOO_LARGE';
  readonly maxBatchSize: number;
  readonly size: number;
  constructor(maxBatchSize: number, size: number) {
    super(`The batch has ${size} images; the plan allows at most ${maxBatchSize}. Send it as several batches.`);
    this.maxBatchSize = maxBatchSize;
    this.size = size;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export class InsufficientCreditsError extends UserError {
  readonly code = 'INSUFFICIENT_CREDITS';
  readonly required: number;
  readonly available: number;
  constructor(required: number, available: number) {
    super(
      `The request needs ${count(required, 'credit')}; ${count(available, 'credit')} ${available === 1 ? 'is' : 'are'} left. Nothing was charged. Ask the operator for more credits.`,
    );
    this.required = required;
    this.available = available;
  }
}

export class QuotaExceededError extends UserError {
  readonly code = 'QUOTA_EXCEEDED';
  /** Bytes. */
  readonly limit: number;
  readonly used: number;
  constructor(limit: number, used: number) {
    super(`The plan allows ${limit} bytes of storage; ${used} are in use. Delete images, or ask for a larger plan.`);
    this.limit = limit;
    this.used = used;
  }
}

export class IdempotencyConflictError extends UserError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly idempotencyKey: string;
  constructor(idempotencyKey: string) {
    super(
      `The idempotency key "${idempotencyKey}" was used for a different request in the last 24 hours. Repeat that request unchanged, or use a new key.`,
    );
    this.idempotencyKey = idempotencyKey;
  }
}

/** A picture that cannot be used, in an operation without an analysis that could be FAILED. */
export class MediaError extends UserError {
  readonly code: MediaErrorCode;
  /** The limit in bytes or pixels that it exceeds. */
  readonly limit: number | null;
  constructor(code: MediaErrorCode, message: string, limit: number | null = null) {
    super(message);
    this.code = code;
    this.limit = limit;
  }
}
