import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind } from 'graphql';
import type { Logger } from '../../log.ts';
import { refusal } from '../../refusal.ts';
import { InterruptedRequestError } from '../http/request-body.ts';
import { type Trouble, troubleOf, troubleText } from './trouble.ts';

export type ErrorMask = (error: unknown) => GraphQLError;

/**
 * What clients see of errors: errors meant for them are unchanged, temporary ones become UNAVAILABLE, and all others become an id
 * under which the log has the details, once.
 */
export function createErrorMask(logger: Logger): ErrorMask {
  return (error) => {
    const cause = rootCause(error);
    if (cause instanceof GraphQLError) return withInputCode(inOurWords(error as GraphQLError));
    // Scalars that check the variables may throw any error; its message is about the input.
    if (isAboutVariable(error)) return withInputCode(error);
    const id = randomUUID();
    const trouble = troubleOf(cause);
    if (trouble !== null) {
      logger.error(
        { err: cause, errorId: id, path: pathOf(error) },
        `An operation failed because the ${trouble} was not available.`,
      );
      return unavailable(error, trouble, id);
    }
    if (cause instanceof InterruptedRequestError) logger.debug({ errorId: id }, cause.message);
    else logger.error({ err: cause, errorId: id, path: pathOf(error) }, 'An operation failed unexpectedly.');
    return masked(error, id);
  };
}

/** The original error below those that only add a location; an error of ours is its own cause. */
export function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootCause(error.originalError) : error;
}

function isAboutVariable(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/** graphql-js stops after 50 errors of variables and adds one without a location. */
function isAboutOperation(error: GraphQLError): boolean {
  const { nodes, path } = error;
  return isAboutVariable(error) || (nodes === undefined && path === undefined);
}

function withInputCode(error: GraphQLError): GraphQLError {
  // Yoga's own code for a body that is not a GraphQL request; the contract has one code for all such errors.
  if (error.extensions.code === 'BAD_REQUEST') Object.assign(error.extensions, { code: 'BAD_USER_INPUT' });
  // Clients that accept application/json get 200 here, as the GraphQL over HTTP specification requires (`spec`).
  if (isAboutOperation(error) && error.extensions.code === undefined)
    Object.assign(error.extensions, { code: 'BAD_USER_INPUT', http: { status: 400, spec: true } });
  return error;
}

/** Yoga's own errors about a request have a code that says less than their status; clients get one set of codes. */
function inOurWords(error: GraphQLError): GraphQLError {
  const { code, http, ...extensions } = error.extensions as YogaExtensions;
  if (code !== 'BAD_REQUEST' && code !== 'OPERATION_RESOLUTION_FAILURE') return error;
  const { spec: _operationOnly, status = 400, ...rest } = http ?? {};
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    path: error.path,
    extensions: {
      ...extensions,
      code: status === 413 ? 'PAYLOAD_TOO_LARGE' : 'BAD_USER_INPUT',
      // Without `spec`: there is no operation yet whose errors could have status 200.
      http: { ...rest, status },
    },
  });
}

interface YogaExtensions {
  code?: unknown;
  http?: { status?: number; spec?: boolean };
}

function pathOf(error: unknown): string | undefined {
  return error instanceof GraphQLError ? error.path?.join('.') : undefined;
}

function unavailable(error: unknown, trouble: Trouble, id: string): GraphQLError {
  const { message, extensions } = refusal(
    'UNAVAILABLE',
    `${troubleText[trouble]} Retry in a few seconds, mutations with an idempotency key. Quote the id ${id} when you report the problem.`,
  );
  return new GraphQLError(message, { ...locationOf(error), extensions: { ...extensions, id } });
}

function locationOf(error: unknown) {
  return error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, path: error.path } : {};
}

function masked(error: unknown, id: string): GraphQLError {
  return new GraphQLError(`Internal error. Quote the id ${id} when you report it.`, {
    ...locationOf(error),
    extensions: { code: 'INTERNAL', id, http: { status: 500 } },
  });
}
