import { type DocumentNode, GraphQLError, type ParseOptions, parse, Source } from 'graphql';
import { LRUCache } from 'lru-cache';
import { refusal } from '../refusal.ts';

/** Data belongs into variables; what is left of an operation is a few thousand characters. */
const maxCharacters = 200_000;
/** Far above any sensible operation, far below what makes recursion over it overflow the stack. */
const maxTokens = 10_000;
/**
 * Documents are remembered by their text up to this many characters together. A parsed one takes up to 200 times its text:
 * counted by entries, as Yoga does by default (1,024), anybody could fill the memory with it.
 */
const rememberedCharacters = 500_000;

/** graphql-js's parser for operations from outside. @throws GraphQLError GRAPHQL_PARSE_FAILED, or BAD_USER_INPUT when too long */
export function parseOperation(source: string | Source, options?: ParseOptions): DocumentNode {
  const { length } = source instanceof Source ? source.body : source;
  if (length > maxCharacters)
    throw refusal(
      'BAD_USER_INPUT',
      `The operation has ${length} characters; ${maxCharacters} are allowed. Send data, such as base64, as variables.`,
    );
  try {
    return parse(source, { ...options, maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError)
      Object.assign(error.extensions, { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } });
    throw error;
  }
}

/** For Yoga: what was parsed, and what could not be. */
export function createDocumentCaches() {
  const options = {
    maxSize: rememberedCharacters,
    sizeCalculation: (_value: unknown, text: string) => text.length + 1,
  };
  return {
    documentCache: new LRUCache<string, DocumentNode>(options),
    errorCache: new LRUCache<string, Error>(options),
  };
}
