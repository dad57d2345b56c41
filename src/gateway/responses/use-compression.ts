import type { Plugin } from 'graphql-yoga';
import type { GatewayContext, ServerContext } from '../context.ts';
import { chooseCoding, compress } from './compression.ts';

/** Bytes. Below it the response fits into one packet, or nearly so, either way. */
const minCompressedBytes = 1_000;
/** zlib works in the four threads that also read files and look up names: two are left for those. */
const maxAtOnce = 2;
/** Not the event streams, whose events would wait until a block is full. */
const compressedTypes = ['application/json', 'application/graphql-response+json'];

/**
 * Compresses JSON for clients that accept it. A response beyond those that are being compressed is sent as it is rather than
 * late.
 *
 * Compression beside a secret allows BREACH, where a foreign page makes the visitor's browser ask again and again, with a text of the
 * page's choice beside the secret, and watches the lengths. That takes requests that the browser authenticates by itself. Keys and
 * tokens stand in headers, which no foreign page can set, and there are no cookies, so such a page gets no secret into a response.
 */
export function useCompression(): Plugin<GatewayContext, ServerContext> {
  let running = 0;
  return {
    async onResponse({ request, response, setResponse, fetchAPI, serverContext }) {
      const type = response.headers.get('content-type') ?? '';
      if (!compressedTypes.some((compressed) => type.startsWith(compressed))) return;
      // Also where this response is sent as it is: a cache must not give another one's coding to a client that cannot read it.
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
