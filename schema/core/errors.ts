import type { ObjectRef } from '@pothos/core';
import {
  type FailureCode as FailureCodeText,
  type Failure as FailureShape,
  failureCodes,
  type MediaErrorCode,
} from '../../src/shared/failure.ts';
import {
  BatchTooLargeError,
  ConflictError,
  IdempotencyConflictError,
  InsufficientCreditsError,
  MediaError,
  NotFoundError,
  QuotaExceededError,
  type UserError,
  type UserErrorCode,
  ValidationError,
  type ValidationIssue as ValidationIssueShape,
} from '../../src/user-error.ts';
import { builder, type Types } from './builder.ts';

const mediaErrors: Record<MediaErrorCode, string> = {
  INVALID_IMAGE: 'The file is not an image: it is empty, broken or truncated.',
  INVALID_VIDEO: 'The file is not a video: it is empty, broken, or has no picture.',
  UNSUPPORTED_MEDIA: "The file's format is not supported.",
  FILE_TOO_LARGE: 'The file has more bytes than the server accepts.',
  IMAGE_TOO_LARGE: 'The image has more pixels than the server accepts.',
  VIDEO_TOO_LONG: 'The video lasts longer than the server or the plan accepts.',
  CHECKSUM_MISMATCH: 'The bytes do not match the announced size or checksum.',
  URL_NOT_ALLOWED: 'The server does not fetch from this URL, or fetches no URLs at all.',
};

const errorCodes: Partial<Record<UserErrorCode, string>> = {
  VALIDATION_FAILED: 'The input is invalid; `issues` lists the problems.',
  NOT_FOUND: 'The object does not exist or belongs to another organisation.',
  INSUFFICIENT_CREDITS: 'The request needs more credits than are left.',
  BATCH_TOO_LARGE: 'The batch has more images than the plan allows.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used for a different request.',
  CONFLICT: 'The change conflicts with stored data.',
  ...mediaErrors,
  QUOTA_EXCEEDED: "The plan's storage is full.",
};

export const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'Stable codes of expected errors. More values may be added: treat an unknown code as an error that its message describes.',
  values: Object.fromEntries(
    Object.entries(errorCodes).map(([code, description]) => [code, { description }]),
  ) as Record<UserErrorCode, { description: string }>,
});

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description: 'An expected error, returned instead of the result.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'Explanation for people: what was found, what was expected and what to do.',
    }),
    code: t.field({ type: ErrorCode, description: 'Stable code for programs.', resolve: (error) => error.code }),
  }),
});

const ValidationIssue = builder.objectRef<ValidationIssueShape>('ValidationIssue').implement({
  description: 'One problem with the input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Path to the value in the input, for example `["images", "3", "metadata"]`.',
    }),
    message: t.exposeString('message', { description: 'What was found and what was expected.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input is invalid. Nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssue],
      description: 'All problems found.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'An object named in the input does not exist or belongs to another organisation. Nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id as it was sent.' }) }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The change conflicts with stored data. Nothing was changed.',
  interfaces: [UserErrorInterface],
});

builder.objectType(BatchTooLargeError, {
  name: 'BatchTooLargeError',
  description: 'The batch has more images than the plan allows. Nothing was stored.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    maxBatchSize: t.exposeInt('maxBatchSize', { description: 'Number of images that the plan allows per batch.' }),
    size: t.exposeInt('size', { description: 'Number of images in the request.' }),
  }),
});

builder.objectType(InsufficientCreditsError, {
  name: 'InsufficientCreditsError',
  description: 'The request needs more credits than are left. Nothing was stored.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    required: t.exposeInt('required', {
      description:
        'Credits that the request needs: one per image that an engine would process. If no credits are left, the images are not read, and each of them counts.',
    }),
    available: t.exposeInt('available', { description: 'Credits that are left.' }),
  }),
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description: "The plan's storage is full. Nothing was stored.",
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    quotaLimit: t.exposeFloat('limit', {
      description: 'The same as `limit`, under a name that can be selected beside MediaError.mediaLimit.',
    }),
    limit: t.exposeFloat('limit', { description: 'Bytes that the plan allows.' }),
    used: t.exposeFloat('used', { description: 'Bytes in use.' }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used for a different request in the last 24 hours. Nothing was done.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.exposeString('idempotencyKey', { description: 'The key as it was sent.' }),
  }),
});

builder.objectType(MediaError, {
  name: 'MediaError',
  description:
    'The image or video cannot be used. Its format is unsupported, it is broken, it has too many bytes or pixels, its upload failed or expired, or its URL is not allowed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    mediaLimit: t.float({
      nullable: true,
      description: 'The same as `limit`, under a name that can be selected beside QuotaExceededError.quotaLimit.',
      resolve: (error) => error.limit,
    }),
    limit: t.float({
      nullable: true,
      description:
        'The limit that was exceeded: bytes for FILE_TOO_LARGE, pixels for IMAGE_TOO_LARGE, seconds for VIDEO_TOO_LONG. Null for other codes.',
      resolve: (error) => error.limit,
    }),
  }),
});

const failureDescriptions: Partial<Record<FailureCodeText, string>> = {
  ...mediaErrors,
  DOWNLOAD_FAILED: 'The image could not be downloaded, or its bytes never arrived.',
  PROCESSING_TIME_EXCEEDED: 'The analysis took longer than maxProcessingSeconds.',
  DECODING_TIME_EXCEEDED: 'Decoding the image takes longer than the server allows. This limit is fixed.',
  ENGINE_CRASHED: 'The engine crashed on this image several times while it processed no other image.',
  VIDEO_UNAVAILABLE: 'The server has no decoder for videos. Its operator can install one.',
  MODEL_UNAVAILABLE: 'A model of the pipeline is not installed on the server.',
  INTERNAL: 'An unexpected error on the server. Its log has the details.',
};

export const FailureCode = builder.enumType('FailureCode', {
  description:
    'Stable codes of failures. More values may be added: treat an unknown code as an error that its message describes.',
  values: Object.fromEntries(
    failureCodes
      .filter((code) => code in failureDescriptions)
      .map((code) => [code, { description: failureDescriptions[code] ?? '' }]),
  ) as Record<FailureCodeText, { description: string }>,
});

export const Failure = builder.objectRef<FailureShape>('Failure').implement({
  description: 'Why an analysis, image, video, catalogue item, upload or export failed.',
  fields: (t) => ({
    code: t.field({ type: FailureCode, description: 'Stable code for programs.', resolve: (failure) => failure.code }),
    message: t.exposeString('message', { description: 'Explanation for people: what was found and what to do.' }),
    retryable: t.exposeBoolean('retryable', { description: 'Whether the same request may succeed later.' }),
  }),
});

type ErrorClass =
  | typeof ValidationError
  | typeof NotFoundError
  | typeof ConflictError
  | typeof BatchTooLargeError
  | typeof InsufficientCreditsError
  | typeof QuotaExceededError
  | typeof IdempotencyConflictError
  | typeof MediaError;

/**
 * Defines the union that a mutation returns: its success type or one of the expected errors. A field of this type, or of a list
 * of it, returns these errors when they are thrown or are items of the list. Any other error is unexpected, and masked.
 */
export function resultUnion<Shape, Errors extends ErrorClass>(
  name: string,
  options: {
    success: ObjectRef<Types, Shape>;
    errors: Errors[];
    description: string;
    /** A further success type, for those results for which `is` is true. */
    other?: { type: ObjectRef<Types, unknown>; is(result: unknown): boolean };
  },
) {
  const { success, errors, description, other } = options;
  return builder.errorUnion(name, {
    description,
    types: [success, ...(other ? [other.type] : []), ...errors],
    resolveType: (result) => (other?.is(result) ? other.type : success) as typeof success,
  });
}
