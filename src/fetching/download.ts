import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { downloadFailed, FetchError, urlNotAllowed } from './fetch-error.ts';
import type { FetchNetwork } from './network.ts';
import { openConnection } from './open-connection.ts';
import { checkUrl, type UrlPolicy } from './url-policy.ts';

const headersMs = 5_000;
/** A server that sends nothing for so long has stopped. */
const idleMs = 20_000;
const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Statuses of a server that is probably busy or broken only temporarily. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface DownloadOptions {
  policy: UrlPolicy;
  network: FetchNetwork;
  /** How long all of it may take. */
  totalMs: number;
  /** What servers are asked for, as the header Accept says it. */
  accept: string;
  /** Aborts it, for example when the worker stops. */
  signal?: AbortSignal | undefined;
}

/**
 * The body at a URL, within `totalMs` in all and over at most three redirects, each of which is checked like the first URL. The content
 * type from the server is ignored. The reader limits the bytes, and must read or destroy the stream, which fails with
 * DOWNLOAD_FAILED when the connection breaks or the time is over.
 *
 * @throws FetchError URL_NOT_ALLOWED, DOWNLOAD_FAILED
 */
export async function download(start: URL, options: DownloadOptions): Promise<Readable> {
  const deadline = AbortSignal.timeout(options.totalMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  let url = start;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    checkUrl(url, options.policy);
    const response = await get(url, options, signal).catch((error: unknown) => {
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

/** When reading ends early, the response and its connection are destroyed. */
async function* bytesOf(response: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw signal?.aborted ? error : downloadFailed({ retryable: true, cause: error });
  }
}

/** One request, until its response begins. */
async function get(url: URL, { network, accept }: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const socket = await openConnection(url, network, signal);
  try {
    // Also for TLS, which the connection already has. No agent, which would keep the connection; no `fetch`, which resolves names
    // itself.
    const req = request({
      createConnection: () => socket,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept, 'accept-encoding': 'identity', 'user-agent': 'sightline' },
      signal,
    });
    // After the response has begun, it reports errors itself.
    req.on('error', () => undefined);
    socket.setTimeout(idleMs, () => socket.destroy(new Error(`No bytes arrived for ${idleMs / 1000} s.`)));
    req.end();
    const [response] = await once(req, 'response', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(headersMs)]),
    });
    // Connection: close, because no agent keeps it; destroying the response always closes it.
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
