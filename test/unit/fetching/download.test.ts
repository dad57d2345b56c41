import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { download } from '../../../src/fetching/download.ts';
import { FetchError } from '../../../src/fetching/fetch-error.ts';
import type { FetchNetwork } from '../../../src/fetching/network.ts';

const publicAddress = '93.184.216.34';
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server on loopback. */
async function serve(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Names resolve as told, and what is connected to is written down and leads to the server on loopback. */
function testNetwork(names: Record<string, string[] | (() => string[])>, port: number) {
  const connections: string[] = [];
  const lookUps: string[] = [];
  const network: FetchNetwork = {
    async resolve(host) {
      lookUps.push(host);
      const found = names[host];
      if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
      return typeof found === 'function' ? found() : found;
    },
    connect(address, wanted) {
      connections.push(`${address}:${wanted}`);
      return connect({ host: '127.0.0.1', port });
    },
  };
  return { network, connections, lookUps };
}

const limits = { totalMs: 20_000, accept: 'image/*' };

async function fetchText(url: string, network: FetchNetwork, allowedHosts: string[] | null = null): Promise<string> {
  const body = await download(new URL(url), { policy: { allowedHosts }, network, ...limits });
  return (await buffer(body)).toString();
}

async function failureOf(work: Promise<unknown>): Promise<FetchError> {
  const error = await work.then(
    () => new Error('It was fetched.'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(FetchError);
  return error as FetchError;
}

describe('download', () => {
  test('asks the address that was checked for the path, under the name of the host, and takes no encoding', async () => {
    const asked: unknown[] = [];
    const port = await serve((req, res) => {
      asked.push([req.method, req.url, req.headers.host, req.headers['accept-encoding'], req.headers.connection]);
      res.end('picture');
    });
    const { network, connections } = testNetwork({ 'shop.test': [publicAddress] }, port);
    expect(await fetchText('http://shop.test/a%20b.jpg?x=1#part', network)).toBe('picture');
    expect(asked).toEqual([['GET', '/a%20b.jpg?x=1', 'shop.test', 'identity', 'close']]);
    expect(connections).toEqual([`${publicAddress}:80`]);
  });

  test('looks a name up once, and connects to what it was then: rebinding it changes nothing', async () => {
    const port = await serve((_req, res) => res.end('picture'));
    const answers = [[publicAddress], ['127.0.0.1']];
    const { network, connections, lookUps } = testNetwork({ 'rebind.test': () => answers.shift()! }, port);
    expect(await fetchText('http://rebind.test/', network)).toBe('picture');
    expect(lookUps).toEqual(['rebind.test']);
    expect(connections).toEqual([`${publicAddress}:80`]);
  });

  test('looks a name up anew after a redirect, and refuses what it has become', async () => {
    const port = await serve((_req, res) => res.writeHead(302, { location: '/again' }).end());
    const answers = [[publicAddress], ['169.254.169.254']];
    const { network, connections } = testNetwork({ 'rebind.test': () => answers.shift()! }, port);
    expect(await failureOf(fetchText('http://rebind.test/', network))).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(connections).toEqual([`${publicAddress}:80`]);
  });

  test.each([
    ['loopback', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['one private address among public ones', [publicAddress, '192.168.0.1']],
    ['IPv6 loopback', ['::1']],
    ['an IPv4 address within IPv6', ['::ffff:10.0.0.1']],
    ['NAT64 of loopback', ['64:ff9b::7f00:1']],
    ['something that is no address', ['localhost']],
  ])('connects to nothing when a name resolves to %s', async (_name, addresses) => {
    const { network, connections } = testNetwork({ 'inside.test': addresses }, 1);
    const failure = await failureOf(fetchText('http://inside.test/', network));
    expect(connections).toEqual([]);
    // As a name that does not exist: which ones there are inside is not told.
    const unknown = await failureOf(fetchText('http://nowhere.test/', network));
    const told = ({ code, message, retryable }: FetchError) => ({ code, message, retryable });
    expect(told(failure)).toEqual(told(unknown));
  });

  test('connects to an address in the URL without asking the resolver', async () => {
    const port = await serve((_req, res) => res.end('picture'));
    const { network, connections, lookUps } = testNetwork({}, port);
    await fetchText('http://[2606:4700:4700::1111]/', network);
    await fetchText(`http://${publicAddress}/`, network);
    expect(connections).toEqual(['2606:4700:4700::1111:80', `${publicAddress}:80`]);
    expect(lookUps).toEqual([]);
  });

  test.each([
    ['another address', 'http://127.0.0.1/'],
    ['another address in disguise', 'http://0x7f000001/'],
    ['another port', 'http://shop.test:6379/'],
    ['a file', 'file:///etc/passwd'],
    ['a host with a password', 'http://a:b@shop.test/'],
    ['a host that is not listed', 'http://other.test/'],
  ])('follows no redirect to %s', async (_name, location) => {
    const port = await serve((_req, res) => res.writeHead(301, { location }).end());
    const names = { 'shop.test': [publicAddress], 'inside.test': ['10.0.0.1'], 'other.test': [publicAddress] };
    const { network, connections } = testNetwork(names, port);
    const failure = await failureOf(fetchText('http://shop.test/', network, ['shop.test', 'inside.test']));
    expect(failure.code).toBe('URL_NOT_ALLOWED');
    expect(connections).toHaveLength(1);
  });

  test('follows no redirect to a name that leads inside, and tells nothing of it', async () => {
    const port = await serve((_req, res) => res.writeHead(301, { location: 'http://inside.test/' }).end());
    const { network, connections } = testNetwork({ 'shop.test': [publicAddress], 'inside.test': ['10.0.0.1'] }, port);
    expect(await failureOf(fetchText('http://shop.test/', network))).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(connections).toHaveLength(1);
  });

  test('follows three redirects and not a fourth', async () => {
    const port = await serve((req, res) => {
      const left = Number(req.url!.slice(1));
      if (left === 0) res.end('picture');
      else res.writeHead(307, { location: `/${left - 1}` }).end();
    });
    const { network, connections } = testNetwork({ 'shop.test': [publicAddress] }, port);
    expect(await fetchText('http://shop.test/3', network)).toBe('picture');
    expect(connections).toHaveLength(4);
    expect(await failureOf(fetchText('http://shop.test/4', network))).toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  test.each([
    [404, false],
    [401, false],
    [204, false],
    [206, false],
    [304, false],
    [429, true],
    [500, true],
    [503, true],
  ])('takes no answer %i; it is worth another attempt: %s', async (status, retryable) => {
    const port = await serve((_req, res) => res.writeHead(status).end());
    const { network } = testNetwork({ 'shop.test': [publicAddress] }, port);
    const failure = await failureOf(fetchText('http://shop.test/', network));
    expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable });
    expect(failure.message).not.toContain(String(status));
  });

  test('says the same of a name that is not there, a closed port, a banner and a body that breaks off', async () => {
    const port = await serve((_req, res) => {
      res.writeHead(200, { 'content-length': 100 });
      res.write('half', () => res.destroy());
    });
    const banner = createTcpServer((socket: Socket) => socket.end('220 mail ready\r\n'));
    banner.listen(0, '127.0.0.1');
    await once(banner, 'listening');
    const bannerPort = (banner.address() as AddressInfo).port;
    closers.push(async () => void banner.close());
    const names = { 'shop.test': [publicAddress] };
    const failures = await Promise.all([
      failureOf(fetchText('http://nowhere.test/', testNetwork(names, port).network)),
      failureOf(fetchText('http://shop.test/', testNetwork(names, 1).network)),
      failureOf(fetchText('http://shop.test/', testNetwork(names, bannerPort).network)),
      failureOf(fetchText('http://shop.test/', testNetwork(names, port).network)),
      // A server that speaks no TLS.
      failureOf(fetchText('https://shop.test/', testNetwork(names, port).network)),
    ]);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
    expect(new Set(failures.map(({ message }) => message)).size).toBe(1);
  });

  test('tries the next address when one does not answer', async () => {
    const port = await serve((_req, res) => res.end('picture'));
    const { network, connections } = testNetwork({ 'shop.test': ['2606:4700::1', publicAddress] }, port);
    const flaky: FetchNetwork = {
      ...network,
      connect: (address, wanted) => {
        const socket = network.connect(address, wanted);
        if (address.includes(':')) socket.destroy(new Error('ENETUNREACH'));
        return socket;
      },
    };
    expect(await fetchText('http://shop.test/', flaky)).toBe('picture');
    expect(connections).toEqual(['2606:4700::1:80', `${publicAddress}:80`]);
  });

  test('ends when it is called off while a name is looked up that nobody answers for', async () => {
    const { network } = testNetwork({}, 1);
    const asked = Promise.withResolvers<void>();
    const silent: FetchNetwork = {
      ...network,
      resolve: () => {
        asked.resolve();
        return new Promise(() => undefined);
      },
    };
    const stop = new AbortController();
    const url = new URL('http://slow.test/');
    const fetched = download(url, { policy: { allowedHosts: null }, network: silent, signal: stop.signal, ...limits });
    await asked.promise;
    stop.abort();
    await expect(fetched).rejects.toThrow();
  });

  test('ends when it is called off, and closes its connection', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await serve((req, res) => {
      res.writeHead(200).write('begin');
      req.socket.once('close', () => closed.resolve());
    });
    const { network } = testNetwork({ 'shop.test': [publicAddress] }, port);
    const stop = new AbortController();
    const body = await download(new URL('http://shop.test/'), {
      policy: { allowedHosts: null },
      network,
      signal: stop.signal,
      ...limits,
    });
    const reading = buffer(body);
    stop.abort();
    await expect(reading).rejects.toThrow();
    await closed.promise;
  });
});
