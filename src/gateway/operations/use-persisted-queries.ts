import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';

/** Characters in all; in memory, one usually takes a byte. */
const maxStoredLength = 8_000_000;
/** Characters. A longer operation is executed, and sent with its text each time. */
const maxTextLength = 50_000;

/**
 * Automatic persisted queries, as the links of Apollo and urql send them: first only the hash of the text, then hash and text if
 * the hash is unknown. Texts are lost with the process, and evicted when there are too many; clients then send them again. The
 * store contains texts of all organisations: a client that knows the hash knows the text. Only requests with a key add to it.
 *
 * Rejected: `@graphql-yoga/plugin-apq` 3.6.2. It keeps texts for 36 s, bounds their number but not their size, stores texts from
 * any client, and requires a version of `@graphql-tools/utils` that Yoga has left.
 */
export function usePersistedQueries(): Plugin<GatewayContext, ServerContext> {
  const texts = new LRUCache<string, string>({
    maxSize: maxStoredLength,
    maxEntrySize: maxTextLength,
    sizeCalculation: (text, hash) => text.length + hash.length,
  });
  const note = (hash: string, query: unknown, { caller }: ServerContext) => {
    // A value that is not text is rejected by the next reader.
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

/** The message and status by which clients know that they have to send the text. */
function sendTheText(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 200 } } });
}

function mismatch(): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    'The sha256Hash of the persisted query is not that of its text. Send the SHA-256 of the text, as lower-case hex.',
  );
}
