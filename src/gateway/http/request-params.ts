import type { GraphQLParams } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import { readJson } from './read-json.ts';

/** Parses the text of a request, depending on its media type. @throws GraphQLError BAD_USER_INPUT */
const readers: Record<string, (text: string) => GraphQLParams | GraphQLParams[]> = {
  'application/json': (text) => requestOf(readJson(text, 'The request')),
  'application/graphql+json': (text) => requestOf(readJson(text, 'The request')),
  'application/graphql': (query) => ({ query }),
  'application/x-www-form-urlencoded': (text) => readSearchParams(new URLSearchParams(text)),
};

/** The reader for a Content-Type such as `application/json; charset=UTF-8`; undefined: we do not support it. */
export function readerOf(contentType: string) {
  // Media types are case-insensitive. Some clients send a list of them.
  const mediaType = contentType.split(/[;,]/, 1)[0]!.trim().toLowerCase();
  return Object.hasOwn(readers, mediaType) ? readers[mediaType] : undefined;
}

/** @throws GraphQLError BAD_USER_INPUT */
export function readSearchParams(params: URLSearchParams): GraphQLParams {
  const object = (name: string) => {
    const value = params.get(name);
    return value ? (readJson(value, `The parameter ${name}`) as Record<string, unknown>) : undefined;
  };
  return {
    query: params.get('query') || undefined,
    operationName: params.get('operationName') || undefined,
    variables: object('variables'),
    extensions: object('extensions'),
  };
}

function requestOf(json: unknown): GraphQLParams | GraphQLParams[] {
  if (typeof json === 'object' && json !== null) return json as GraphQLParams | GraphQLParams[];
  throw refusal('BAD_USER_INPUT', 'The request is JSON, but not an object with "query", nor a list of them.');
}

/**
 * Normalises an operation: an empty name counts as absent, and members that clients send for other servers (`id`, `doc_id`, `key`)
 * are removed.
 */
export function normalizeParams(params: GraphQLParams): GraphQLParams {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  const { query, operationName, variables, extensions } = params;
  return { query, operationName: operationName === '' ? undefined : operationName, variables, extensions };
}
