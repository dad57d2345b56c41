import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { chooseCoding, compress } from './compression.ts';

/** Bytes. A smaller response fits into about one packet, compressed or not. */
const minCompressedBytes = 1_000;
/** zlib uses the four threads that also read files and resolve names; two are left for those. */
const maxAtOnce = 2;
/** Not the event streams, whose events would wait until a block is full. */
const compressedTypes = ['application/json', 'application/graphql-response+json'];

/**
 * Compresses JSON for clients that accept it. When too many responses are being compressed, a further one is sent uncompressed
 * rather than late.
 *
 * Compression beside a secret allows BREACH, where a foreign page makes the visitor's browser ask again and again, with a text of
 * the page's choice beside the secret, and watches the lengths. That needs requests that the browser authenticates by itself. Keys
 * and tokens are sent in headers, which a foreign page cannot set, and there are no cookies, so such a page gets no secret into a
 * response.
 */
export function useCompression(): Plugin<GatewayContext, ServerContext> {
  let running = 0;
  return {
    async onResponse({ request, response, setResponse, fetchAPI, serverContext }) {
      const type = response.headers.get('content-type') ?? '';
      if (!compressedTypes.some((compressed) => type.startsWith(compressed))) return;
      // Also on uncompressed responses: a cache must not send a compressed one to a client that cannot read it.
      (serverContext as ServerContext).res?.appendHeader('vary', 'Accept-Encoding');
      const coding = chooseCoding(request.headers.get('accept-encoding'));
      if (coding === null || running >= maxAtOnce) return;
      // A body without a length is a stream.
      if (Number(response.headers.get('content-length')) < minCompressedBytes) return;
      running += 1;
      try {
        const body = await compress(await response.text(), coding);
        const { status, statusText, headers } = response;
        headers.set('content-encoding', coding);
        headers.set('content-length', String(body.length));
        setResponse(new fetchAPI.Response(body as BodyInit, { status, statusText, headers }));
      } finally {
        running -= 1;
      }
    },
  };
}
