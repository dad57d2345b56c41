import type { GraphQLParams } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import { readJson } from './read-json.ts';

/** How the text of a request is read, by its media type. @throws GraphQLError BAD_USER_INPUT */
const readers: Record<string, (text: string) => GraphQLParams | GraphQLParams[]> = {
  'application/json': (text) => requestOf(readJson(text, 'The request')),
  'application/graphql+json': (text) => requestOf(readJson(text, 'The request')),
  'application/graphql': (query) => ({ query }),
  'application/x-www-form-urlencoded': (text) => readSearchParams(new URLSearchParams(text)),
};

/** The reader for a Content-Type such as `application/json; charset=UTF-8`; undefined: it is none of ours. */
export function readerOf(contentType: string) {
  // A media type has no case. Some clients send a list of them.
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
 * One operation as it is meant: an empty name is none, and what clients send along for servers of another kind (`id`,
 * `doc_id`, `key`) is left aside.
 */
export function normalizeParams(params: GraphQLParams): GraphQLParams {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  const { query, operationName, variables, extensions } = params;
  return { query, operationName: operationName === '' ? undefined : operationName, variables, extensions };
}
