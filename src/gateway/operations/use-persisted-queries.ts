import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';

/** Characters in all; in memory one takes a byte as a rule. */
const maxStoredLength = 8_000_000;
/** Characters. A longer operation is executed, and sent with its text each time. */
const maxTextLength = 50_000;

/**
 * Automatic persisted queries, as the links of Apollo and urql send them: the hash of the text alone, and once more with the text where
 * the hash is unknown. What is known is lost with the process and forgotten when others take its place; clients then send the text again.
 *
 * The store holds texts of all organisations: whoever knows the hash knows the text. Only requests with a key add to it.
 *
 * Rejected: `@graphql-yoga/plugin-apq` 3.6.2. It keeps texts for 36 s, bounds their number and not their size, stores those of anybody, and
 * asks for a version of `@graphql-tools/utils` that Yoga has left.
 */
export function usePersistedQueries(): Plugin<GatewayContext, ServerContext> {
  const texts = new LRUCache<string, string>({
    maxSize: maxStoredLength,
    maxEntrySize: maxTextLength,
    sizeCalculation: (text, hash) => text.length + hash.length,
  });
  const note = (hash: string, query: unknown, { caller }: ServerContext) => {
    // What is no text is refused by whoever reads it next.
    if (typeof query !== 'string') return;
    if (hash !== sha256(query)) throw mismatch();
    if (caller) texts.set(hash, query);
  };
  return {
    onParams({ params, setParams, context }) {
      const persisted: unknown = params?.extensions?.persistedQuery;
      if (typeof persisted !== 'object' || persisted === null) return;
      const { version, sha256Hash: hash } = persisted as Record<string, unknown>;
      const isKnownForm = version === 1 && typeof hash === 'string';
      if (params.query != null) {
        if (isKnownForm) note(hash, params.query, context);
        return;
      }
      if (!isKnownForm) throw sendTheText('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
      const query = texts.get(hash);
      if (query === undefined) throw sendTheText('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
      setParams({ ...params, query });
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** In the words and with the status that the clients take as "send the text of the operation". */
function sendTheText(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 200 } } });
}

function mismatch(): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    'The sha256Hash of the persisted query is not that of its text. Send the SHA-256 of the text, as lower-case hex.',
  );
}
