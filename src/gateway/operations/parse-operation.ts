import { type DocumentNode, GraphQLError, type ParseOptions, parse, Source } from 'graphql';
import { LRUCache } from 'lru-cache';
import { refusal } from '../../refusal.ts';
import { checkNesting } from '../limits/operation-nesting.ts';

/** Data belongs in variables; the rest of an operation is a few thousand characters. */
const maxCharacters = 200_000;
/** Far above any sensible operation. */
const maxTokens = 10_000;
/** For an operation without a key, which can only introspect the schema: programs send about 200 tokens for that. */
const maxKeylessTokens = 1_000;
/**
 * Documents are cached by their text, up to this many characters in all. A parsed document takes up to 200 times its text: if
 * entries were counted, as Yoga does by default (1,024), any client could fill the memory.
 */
const rememberedCharacters = 500_000;

/**
 * graphql-js's parser, for operations of clients.
 * @throws GraphQLError GRAPHQL_PARSE_FAILED, or BAD_USER_INPUT when too long or too deep, with the limit in `extensions.limit`
 */
export function parseOperation(source: string | Source, options?: ParseOptions): DocumentNode {
  const text = source instanceof Source ? source.body : source;
  if (text.length > maxCharacters) throw tooLong(text.length);
  checkNesting(text);
  try {
    return parse(source, { ...options, maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    Object.assign(error.extensions, { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } });
    if (tokensSpent.test(error.message)) error.extensions.limit = 'tokens';
    throw error;
  }
}

/** The error for a document that is too long for a client without a key; null: it is not. */
export function keylessLengthError({ tokenCount = 0 }: DocumentNode): GraphQLError | null {
  if (tokenCount <= maxKeylessTokens) return null;
  const error = refusal(
    'BAD_USER_INPUT',
    `The operation has ${tokenCount} tokens; without an API key ${maxKeylessTokens} are allowed. Send a key.`,
  );
  error.extensions.limit = 'tokens';
  return error;
}

/** An error of graphql-js, which has no code of its own. */
const tokensSpent = /contains more tha[nt] \d+ tokens/;

function tooLong(length: number): GraphQLError {
  const error = refusal(
    'BAD_USER_INPUT',
    `The operation has ${length} characters; ${maxCharacters} are allowed. Send data, such as base64, as variables.`,
  );
  error.extensions.limit = 'characters';
  return error;
}

/**
 * For Yoga: parsed documents. Documents with errors are not cached: parsing them again takes a few milliseconds at most, and each
 * exceeded limit is counted, which Yoga's cache would hide from plugins.
 */
export function createDocumentCaches() {
  return {
    documentCache: new LRUCache<string, DocumentNode>({
      maxSize: rememberedCharacters,
      sizeCalculation: (_document, text) => text.length + 1,
    }),
    errorCache: { get: () => undefined, set: () => undefined },
  };
}
