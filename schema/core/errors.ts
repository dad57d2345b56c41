import type { ObjectRef } from '@pothos/core';
import {
  type FailureCode as FailureCodeText,
  type Failure as FailureShape,
  failureCodes,
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

const errorCodes: Partial<Record<UserErrorCode, string>> = {
  VALIDATION_FAILED: 'The input breaks a rule; `issues` says where.',
  NOT_FOUND: 'Nothing with that id is here, or it belongs to another organisation.',
  INSUFFICIENT_CREDITS: 'More analyses than credits are left for.',
  BATCH_TOO_LARGE: 'More images than the plan allows in one batch.',
  IDEMPOTENCY_KEY_REUSED: 'The key was used for another request.',
  CONFLICT: 'It clashes with what is stored.',
  UNSUPPORTED_MEDIA: 'Not a picture, or of a type that is not read.',
  FILE_TOO_LARGE: 'More bytes than the server takes for one file.',
  IMAGE_TOO_LARGE: 'More pixels than the server takes for one picture.',
  CHECKSUM_MISMATCH: 'Other bytes than were announced.',
  URL_NOT_ALLOWED: 'The server does not fetch from this URL, or from none.',
  QUOTA_EXCEEDED: 'More bytes than the plan stores.',
};

export const ErrorCode = builder.enumType('ErrorCode', {
  description: 'Stable codes of expected failures. More may come: treat an unknown one by its message.',
  values: Object.fromEntries(
    Object.entries(errorCodes).map(([code, description]) => [code, { description }]),
  ) as Record<UserErrorCode, { description: string }>,
});

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description: 'An expected failure, answered in place of the result.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'For people: what was found, what was expected, what to do.' }),
    code: t.field({ type: ErrorCode, description: 'For programs.', resolve: (error) => error.code }),
  }),
});

const ValidationIssue = builder.objectRef<ValidationIssueShape>('ValidationIssue').implement({
  description: 'One rule that the input breaks.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Into the input, for example `["images", "3", "metadata"]`.' }),
    message: t.exposeString('message', { description: 'What was found and what was expected.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input breaks rules; nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssue],
      description: 'All that was found wrong.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'Something that the input names is not here; nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id as it was sent.' }) }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'It clashes with what is stored; nothing was changed.',
  interfaces: [UserErrorInterface],
});

builder.objectType(BatchTooLargeError, {
  name: 'BatchTooLargeError',
  description: 'More images than the plan allows in one batch; nothing was stored.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    maxBatchSize: t.exposeInt('maxBatchSize', { description: 'Images that the plan allows in one batch.' }),
    size: t.exposeInt('size', { description: 'Images that were sent.' }),
  }),
});

builder.objectType(InsufficientCreditsError, {
  name: 'InsufficientCreditsError',
  description: 'More analyses than credits are left for; nothing was stored.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    required: t.exposeInt('required', {
      description:
        'Credits that the request takes: one for each picture that an engine would run. When none are left its pictures are not looked at, and all of them count.',
    }),
    available: t.exposeInt('available', { description: 'Credits that are left.' }),
  }),
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description: 'More bytes than the plan stores; nothing was stored.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    limit: t.exposeFloat('limit', { description: 'Bytes that the plan stores.' }),
    used: t.exposeFloat('used', { description: 'Bytes that are stored.' }),
  }),
});

builder.objectType(IdempotencyConflictError, {
  name: 'IdempotencyConflictError',
  description: 'The idempotency key was used for another request within 24 hours; nothing was done.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    idempotencyKey: t.exposeString('idempotencyKey', { description: 'As it was sent.' }),
  }),
});

builder.objectType(MediaError, {
  name: 'MediaError',
  description:
    'A picture that cannot be used: wrong type, broken, too many bytes or pixels, of an upload that failed or expired, or from a URL that is not fetched.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    limit: t.float({
      nullable: true,
      description: 'The limit that it went over, in bytes (FILE_TOO_LARGE) or pixels (IMAGE_TOO_LARGE); else null.',
      resolve: (error) => error.limit,
    }),
  }),
});

const failureDescriptions: Partial<Record<FailureCodeText, string>> = {
  INVALID_IMAGE: 'Not a picture: empty, broken or cut off.',
  UNSUPPORTED_MEDIA: 'Of a type that is not read.',
  FILE_TOO_LARGE: 'More bytes than the server takes for one file.',
  IMAGE_TOO_LARGE: 'More pixels than the server takes for one picture.',
  CHECKSUM_MISMATCH: 'Other bytes came than were announced.',
  DOWNLOAD_FAILED: 'Its bytes could not be had from where they are, or never came.',
  URL_NOT_ALLOWED: 'The server does not fetch from this URL, or from none.',
  PROCESSING_TIME_EXCEEDED: 'It took longer than maxProcessingSeconds.',
  ENGINE_CRASHED: 'The engine died on this picture, alone, several times.',
  MODEL_UNAVAILABLE: 'A model of the pipeline is not installed on the server.',
  INTERNAL: "Unexpected, and not the picture's fault; the server's log says why.",
};

export const FailureCode = builder.enumType('FailureCode', {
  description: 'Stable codes of why something failed. More may come: treat an unknown one by its message.',
  values: Object.fromEntries(
    failureCodes
      .filter((code) => code in failureDescriptions)
      .map((code) => [code, { description: failureDescriptions[code] ?? '' }]),
  ) as Record<FailureCodeText, { description: string }>,
});

export const Failure = builder.objectRef<FailureShape>('Failure').implement({
  description: 'Why one analysis, image, catalogue item or export failed.',
  fields: (t) => ({
    code: t.field({ type: FailureCode, description: 'For programs.', resolve: (failure) => failure.code }),
    message: t.exposeString('message', { description: 'For people: what was found and what to do.' }),
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
 * The union that a mutation answers with: its success type beside the expected failures it lists. A field of this type
 * (or of a list of it) maps thrown failures, and failures among the items of a list, by itself; a failure that is not
 * listed here is unexpected and masked.
 */
export function resultUnion<Shape, Errors extends ErrorClass>(
  name: string,
  options: { success: ObjectRef<Types, Shape>; errors: Errors[]; description: string },
) {
  const { success, errors, description } = options;
  return builder.errorUnion(name, {
    description,
    types: [success, ...errors],
    resolveType: () => success,
  });
}
