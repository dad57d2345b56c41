import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { downloadFailed, FetchError } from './fetch-error.ts';
import type { FetchNetwork } from './network.ts';
import { isPublicAddress } from './public-address.ts';
import { hostOf } from './url-policy.ts';

const connectMs = 3_000;
/** Addresses beyond this number are not tried. */
const maxAddresses = 4;

/**
 * A connection to where a URL leads, with TLS for https. The name is looked up once, every address of it must be public, and the
 * connection goes to one of exactly those: a second look-up for the connection could give another result (DNS rebinding).
 * @throws FetchError
 */
export async function openConnection(url: URL, network: FetchNetwork, signal: AbortSignal): Promise<Socket> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await lookUp(host, network, signal) : [host];
  let failure: unknown;
  for (const address of addresses.slice(0, maxAddresses)) {
    try {
      return await connectTo(url, address, network, signal);
    } catch (error) {
      if (error instanceof FetchError || signal.aborted) throw error;
      failure = error;
    }
  }
  throw downloadFailed({ retryable: true, cause: failure });
}

async function lookUp(host: string, network: FetchNetwork, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await unlessAborted(network.resolve(host), signal).catch((cause: unknown) => {
    throw downloadFailed({ retryable: true, cause });
  });
  // One address that is not public is enough to reject the name: legitimate names do not mix them. A name that resolves to the
  // internal network is reported and retried like one that does not exist, because a difference would reveal which names exist in
  // the network of this server.
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) throw downloadFailed({ retryable: true });
  return addresses;
}

/** The system's resolver cannot be cancelled, and a name server may be arbitrarily slow: its response is then not awaited. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', stop));
}

async function connectTo(url: URL, address: string, network: FetchNetwork, signal: AbortSignal): Promise<Socket> {
  const isTls = url.protocol === 'https:';
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(connectMs)]);
  const socket = network.connect(address, isTls ? 443 : 80);
  try {
    await once(socket, 'connect', { signal: deadline });
    if (!isTls) return socket;
    const host = hostOf(url);
    // An address cannot be a server name; its certificate is then checked against the address.
    const secure = connectTls({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ['http/1.1'],
    });
    await once(secure, 'secureConnect', { signal: deadline });
    return secure;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
}
