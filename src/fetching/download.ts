import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { downloadFailed, FetchError, urlNotAllowed } from './fetch-error.ts';
import type { FetchNetwork } from './network.ts';
import { openConnection } from './open-connection.ts';
import { checkUrl, type UrlPolicy } from './url-policy.ts';

const headersMs = 5_000;
const totalMs = 20_000;
const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Busy or broken for now, as far as one can tell. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface DownloadOptions {
  policy: UrlPolicy;
  network: FetchNetwork;
  /** Ends it from outside, for example when the worker stops. */
  signal?: AbortSignal | undefined;
}

/**
 * The body of what a URL leads to, within 20 s from now in all, over at most three redirects, each of which is checked as
 * the first URL was. What it is, nobody says: the type that the server names counts for nothing. The reader limits the
 * bytes, and must read or destroy the stream, which fails with DOWNLOAD_FAILED when it breaks or the time is over.
 *
 * @throws FetchError URL_NOT_ALLOWED, DOWNLOAD_FAILED
 */
export async function download(start: URL, options: DownloadOptions): Promise<Readable> {
  const deadline = AbortSignal.timeout(totalMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  let url = start;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    checkUrl(url, options.policy);
    const response = await get(url, options.network, signal).catch((error: unknown) => {
      if (error instanceof FetchError || options.signal?.aborted) throw error;
      throw downloadFailed({ retryable: true, cause: error });
    });
    const status = response.statusCode ?? 0;
    if (status === 200) return Readable.from(bytesOf(response, options.signal), { objectMode: false });
    response.destroy();
    if (!redirects.has(status)) throw downloadFailed({ retryable: passing.has(status) });
    url = redirectTarget(url, response.headers.location);
  }
  throw urlNotAllowed(`The URL redirects more than ${maxRedirects} times. Use the URL that the redirects lead to.`);
}

/** Leaving off reading destroys the response, and with it the connection. */
async function* bytesOf(response: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw signal?.aborted ? error : downloadFailed({ retryable: true, cause: error });
  }
}

/** One request, to where its response begins. */
async function get(url: URL, network: FetchNetwork, signal: AbortSignal): Promise<IncomingMessage> {
  const socket = await openConnection(url, network, signal);
  try {
    // Over TLS as well: the connection has it. No agent, which would keep it; no `fetch`, which resolves names by itself.
    const req = request({
      createConnection: () => socket,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'sightline' },
      signal,
    });
    // Once there is a response, what goes wrong is told by it.
    req.on('error', () => undefined);
    req.end();
    const [response] = await once(req, 'response', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(headersMs)]),
    });
    // Connection: close, since no agent keeps it: destroying the response closes it in every case.
    return response as IncomingMessage;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
}

function redirectTarget(from: URL, location: string | undefined): URL {
  const target = location === undefined ? null : URL.parse(location, from);
  if (target === null) throw downloadFailed({ retryable: false });
  if (from.protocol === 'https:' && target.protocol === 'http:')
    throw urlNotAllowed('The URL redirects from https to http, which is not allowed. Use a URL that stays on https.');
  return target;
}
