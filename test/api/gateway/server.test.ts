import { connect as connectTcp } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../../src/database/embedded/free-port.ts';
import { atMostEvery } from '../../../src/gateway/monitoring/metrics.ts';
import { startGateway } from '../../../src/gateway/server.ts';
import { newId } from '../../../src/ids.ts';
import { createKey } from '../../../src/organizations/keys.service.ts';
import { insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import { connect, openEventStream, readMetrics, request } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const stack: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stack.splice(0).reverse()) await stop();
});

async function start(...options: Parameters<typeof startTestGateway>): Promise<TestGateway> {
  const gateway = await startTestGateway(...options);
  stack.push(() => gateway.stop());
  return gateway;
}

describe('readiness', () => {
  const ready = async (gateway: TestGateway) => (await fetch(`${gateway.url}/readyz`)).status;

  test('is there with the database and an engine', async () => {
    let state: 'STARTING' | 'BUSY' = 'STARTING';
    const gateway = await start({ engines: () => [{ state: 'DEGRADED' }, { state }] });
    expect(await ready(gateway)).toBe(503);
    state = 'BUSY';
    expect(await ready(gateway)).toBe(200);
    // A process that starts is probed as a matter of course: that is no warning, and no stack helps anybody.
    const told = gateway.logged.filter(({ check }) => check === 'engines');
    expect(told.map(({ msg }) => msg)).toEqual(['Not ready yet.', 'Ready.']);
    expect(told[0]).toMatchObject({ level: 30, reason: 'No engine is ready.' });
    expect(told[0]).not.toHaveProperty('err');

    state = 'STARTING';
    expect(await ready(gateway)).toBe(503);
    state = 'BUSY';
    expect(await ready(gateway)).toBe(200);
    const later = gateway.logged.filter(({ check }) => check === 'engines').slice(2);
    expect(later.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'Not ready.'],
      [30, 'Ready again.'],
    ]);
  });

  test('waits for migrations', async () => {
    const gateway = await start();
    await sql`delete from kysely_migration`.execute(gateway.options.db);
    expect(await ready(gateway)).toBe(503);
  });

  test('is gone with the database, and shows no detail of it, while the process is live', async () => {
    const gateway = await start();
    expect(await ready(gateway)).toBe(200);
    await gateway.database.close();
    const response = await fetch(`${gateway.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('not ready; the log says why\n');
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  });

  test('ends first, while requests are still served', async () => {
    const gateway = await start();
    await gateway.drain();
    expect(await ready(gateway)).toBe(503);
    const answered = await request(gateway.url, { query: '{ hello }', apiKey: gateway.apiKey });
    expect([answered.status, answered.headers.get('connection')]).toEqual([200, 'close']);
  });

  test('tells whoever has asked before that it ends, and waits for that with the port still open', async () => {
    const gateway = await start({ env: { SHUTDOWN_DRAIN_SECONDS: '600' } });
    expect(await ready(gateway)).toBe(200);
    let drained = false;
    const draining = gateway.drain().then(() => {
      drained = true;
    });
    expect(await ready(gateway)).toBe(503);
    expect(drained).toBe(false);
    await gateway.close(1_000);
    await draining;
  });
});

test('metrics count requests, operations and what is open', async () => {
  const gauges = [
    { name: 'jobs_waiting', help: 'Jobs.', read: async () => 7 },
    { name: 'jobs_gone', help: 'Jobs.', read: () => Promise.reject(new Error('The database is away.')) },
    { name: 'jobs_silent', help: 'Jobs.', read: () => new Promise<number>(() => {}) },
  ];
  const gateway = await start({ gauges });
  await request(gateway.url, { query: '{ hello }', apiKey: gateway.apiKey });
  await request(gateway.url, { query: '{ crash }', apiKey: gateway.apiKey });
  await fetch(`${gateway.url}/nowhere/${'x'.repeat(50)}`);
  const client = connect(gateway.url, { apiKey: gateway.apiKey });
  stack.push(async () => client.dispose());
  client
    .iterate({ query: 'subscription { ticks }' })
    .next()
    .catch(() => undefined);
  await gateway.tiny.nextStream();
  await openEventStream(gateway.url, { query: 'subscription { ticks }', apiKey: gateway.apiKey });
  const lines = (await readMetrics(gateway)).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'sightline_http_requests_total{route="graphql",status="200"} 1',
      'sightline_http_requests_total{route="graphql",status="500"} 1',
      'sightline_http_requests_total{route="other",status="404"} 1',
      'sightline_graphql_operations_total{type="query",transport="http"} 2',
      'sightline_graphql_operations_total{type="subscription",transport="ws"} 1',
      'sightline_graphql_operations_total{type="subscription",transport="http"} 1',
      'sightline_graphql_errors_total{code="INTERNAL"} 1',
      'sightline_websockets 1',
      'sightline_websocket_operations 1',
      'sightline_http_streams 1',
      'sightline_event_subscribers 0',
      'sightline_jobs_waiting 7',
      'sightline_jobs_gone Nan',
      'sightline_jobs_silent Nan',
    ]),
  );
});

describe('metrics', () => {
  test('are read with an ADMIN key of the first organisation, and with no other', async () => {
    const gateway = await start();
    const read = async (headers: Record<string, string>) => {
      const response = await fetch(`${gateway.url}/metrics`, { headers });
      return [response.status, (await response.text()).includes('sightline_websockets')];
    };
    const { secret: writer } = await gateway.createKey({ scopes: ['WRITE'] });
    const tenant = { id: newId(), name: 'Tenant', plan: 'FREE' };
    await insertOrganization(gateway.database.db, tenant);
    const key = { name: 'Test', scopes: ['ADMIN' as const], expiresAt: null };
    const { secret: foreign } = await createKey(gateway.database.db, tenant.id, key);
    expect(await read({})).toEqual([401, false]);
    expect(await read({ 'x-api-key': 'sl_nobody' })).toEqual([401, false]);
    expect(await read({ 'x-api-key': writer })).toEqual([403, false]);
    expect(await read({ 'x-api-key': foreign })).toEqual([403, false]);
    expect(await read({ authorization: `Bearer ${gateway.apiKey}` })).toEqual([200, true]);
  });

  test('have a port of their own when it is set, without a key', async () => {
    const port = await findFreePort();
    const gateway = await start({ env: { METRICS_PORT: String(port) } });
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('sightline_websockets 0')]);
    expect((await fetch(`http://127.0.0.1:${port}/graphql`)).status).toBe(404);
    await expect(startGateway({ ...gateway.options, config: { ...gateway.options.config, port: 0 } })).rejects.toThrow(
      'set METRICS_PORT',
    );
  });

  test('ask the database once in a while, however often they are read', async () => {
    let reads = 0;
    const read = atMostEvery(60_000, async () => ++reads);
    expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
    expect(await read()).toBe(1);
  });
});

describe('paths', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.stop());

  test.each(['/livez', '/readyz', '/nope', '/graphql', '/metrics', '/images/x', '/uploads/x'])(
    'what %s answers is not taken for another type',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test.each(['/nope', '/graphql/more', '/livez/x', '/constructor', '/__proto__'])('%s is nowhere', async (path) => {
    const response = await fetch(gateway.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each(['//evil.example/graphql', 'http://evil.example/graphql', '*'])('%s is no path', async (target) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connectTcp(gateway.port, '127.0.0.1', () =>
        socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('GraphiQL is one page that fetches nothing from elsewhere', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["']?(https?:)?\/\//i);
    expect(html).not.toMatch(/url\((["']?)https?:/i);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('http');
    expect(html.includes('x-api-key')).toBe(true);
  });

  test('GraphiQL comes compressed, and once', async () => {
    const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
    const first = await fetch(`${gateway.url}/graphql`, { headers });
    expect(first.headers.get('content-encoding')).toBe('gzip');
    expect(Number(first.headers.get('content-length'))).toBeLessThan(4_000_000);
    await first.text();
    const etag = first.headers.get('etag')!;
    const again = await fetch(`${gateway.url}/graphql`, { headers: { ...headers, 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test('a program’s GET is a query, not GraphiQL', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={hello}`, { headers: { 'x-api-key': gateway.apiKey } });
    expect(await response.json()).toMatchObject({ data: { hello: 'world' } });
  });
});

describe('the end', () => {
  test('closes sockets with 1001 and cuts streams, and completes neither', async () => {
    const gateway = await start();
    const query = 'subscription { ticks }';
    const client = connect(gateway.url, { apiKey: gateway.apiKey });
    let completed = false;
    const outcome = new Promise((resolve) =>
      client.subscribe(
        { query },
        {
          next: () => undefined,
          error: resolve,
          complete: () => {
            completed = true;
            resolve(null);
          },
        },
      ),
    );
    const overSocket = await gateway.tiny.nextStream();
    const stream = await openEventStream(gateway.url, { query, apiKey: gateway.apiKey });
    const overHttp = await gateway.tiny.nextStream();
    const next = stream.next();
    next.catch(() => undefined);
    await gateway.close(1_000);
    expect(await client.closed).toMatchObject({ code: 1001 });
    await expect(next).rejects.toThrow();
    await outcome;
    expect(completed).toBe(false);
    await Promise.all([overSocket.left, overHttp.left]);
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  test('waits for requests that are being answered', async () => {
    const gateway = await start();
    const stop = Promise.withResolvers<void>();
    const slow = startSlowRequest(gateway, stop.promise);
    await slow.begun;
    const closed = gateway.close(20_000);
    stop.resolve();
    expect(await slow.answered).toContain('HTTP/1.1 200');
    await closed;
  });

  test('does not wait for a client that never finishes, beyond its grace', async () => {
    const gateway = await start();
    const slow = startSlowRequest(gateway, new Promise(() => undefined));
    await slow.begun;
    await gateway.close(50);
    expect(await slow.answered).toBe('');
  });

  test('may be asked for twice', async () => {
    const gateway = await start();
    await Promise.all([gateway.close(1_000), gateway.close(1_000)]);
  });
});

test('a port that is taken is said in a sentence, and nothing is left running', async () => {
  const gateway = await start();
  const config = { ...gateway.options.config, port: gateway.port };
  await expect(startGateway({ ...gateway.options, config })).rejects.toThrow(
    `Another program listens on port ${gateway.port} of 127.0.0.1 already. Stop it, or set PORT (0 picks a free one).`,
  );
});

/** A request whose body is finished only after `finish`. */
function startSlowRequest(gateway: TestGateway, finish: Promise<void>) {
  const body = JSON.stringify({ query: '{ hello }' });
  const begun = Promise.withResolvers<void>();
  const answered = new Promise<string>((resolve) => {
    let text = '';
    const socket = connectTcp(gateway.port, '127.0.0.1', () => {
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: x\r\nX-API-Key: ${gateway.apiKey}\r\nContent-Type: application/json\r\n` +
          `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
    });
    socket.on('data', (chunk) => {
      if (String(chunk).includes('100 Continue')) {
        begun.resolve();
        void finish.then(() => socket.write(body));
      } else text += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  return { begun: begun.promise, answered };
}
