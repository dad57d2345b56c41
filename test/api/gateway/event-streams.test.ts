import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { createKey, revokeKey } from '../../../src/organizations/keys.service.ts';
import { openEventStream, request } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ revalidateKeysMs: 100 });
});
afterAll(() => gateway?.stop());

const query = 'subscription { ticks }';

/** Statements that wait for the table of plans. */
async function countWaiting({ database }: TestGateway): Promise<number> {
  const waiting = "select count(*)::int as n from pg_locks where not granted and relation = 'plan'::regclass";
  return (await database.pool.query(waiting)).rows[0].n;
}

test('the same stream comes over HTTP, for graphql-sse clients', async () => {
  const client = createClient({
    url: `${gateway.url}/graphql`,
    headers: { 'x-api-key': gateway.apiKey },
    retryAttempts: 0,
  });
  const events = client.iterate({ query });
  const first = events.next();
  const ticks = await gateway.tiny.nextStream();
  ticks.send(1);
  expect((await first).value).toEqual({ data: { ticks: 1 } });
  const end = events.next();
  ticks.complete();
  expect((await end).done).toBe(true);
  client.dispose();
});

test('a stream that ends by itself says so', async () => {
  const stream = await openEventStream(gateway.url, { query, apiKey: gateway.apiKey });
  expect(stream.contentType).toContain('text/event-stream');
  const ticks = await gateway.tiny.nextStream();
  ticks.complete();
  expect(await stream.next()).toBeNull();
});

test('a proxy is told to pass events on as they come, and the connection is as the client asked', async () => {
  const head = await responseHead('HTTP/1.0');
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(head).toMatch(/^x-accel-buffering: no$/im);
  expect(head).toMatch(/^cache-control: no-cache, no-transform$/im);
  expect(head).toMatch(/^connection: close$/im);
  expect(head).not.toMatch(/^content-encoding/im);
  expect(await responseHead('HTTP/1.1', 'Connection: close\r\n')).toMatch(/^connection: close$/im);
  expect(await responseHead('HTTP/1.1')).not.toMatch(/^connection: close$/im);
});

/** Of a stream that is opened and left, asked for as proxies ask. */
async function responseHead(version: string, headers = ''): Promise<string> {
  const body = JSON.stringify({ query });
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(
    `POST /graphql ${version}\r\nhost: x\r\nx-api-key: ${gateway.apiKey}\r\naccept: text/event-stream\r\n${headers}` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const ticks = await gateway.tiny.nextStream();
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  await ticks.left;
  return String(bytes).split('\r\n\r\n')[0]!.replaceAll('\r', '');
}

test('a client that hangs up leaves its idle stream', async () => {
  const stream = await openEventStream(gateway.url, { query, apiKey: gateway.apiKey });
  const ticks = await gateway.tiny.nextStream();
  stream.close();
  await ticks.left;
});

test('a client that hangs up before its stream begins leaves nothing open', async () => {
  // Of an organisation whose plan nobody has asked for yet.
  const organizationId = newId();
  await gateway.database.db
    .insertInto('organization')
    .values({ id: organizationId, name: 'Hasty', plan: 'FREE' })
    .execute();
  const key = { name: 'Test', scopes: ['READ' as const], expiresAt: null };
  const { secret } = await createKey(gateway.database.db, organizationId, key);
  const connection = await gateway.database.pool.connect();
  try {
    // The plan, with its limits, cannot be looked up until this transaction ends.
    await connection.query('begin; lock table plan in access exclusive mode');
    const body = JSON.stringify({ query });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${secret}\r\naccept: text/event-stream\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => countWaiting(gateway)).toBe(1);
    socket.destroy();
    await once(socket, 'close');
    for (let round = 0; round < 3; round++) await fetch(`${gateway.url}/livez`);
  } finally {
    await connection.query('rollback');
    connection.release();
  }
  const ticks = await gateway.tiny.nextStream();
  await ticks.left;
});

test('a revoked key’s streams are cut, not completed', async () => {
  const { secret, id } = await gateway.createKey();
  const stream = await openEventStream(gateway.url, { query, apiKey: secret });
  const ticks = await gateway.tiny.nextStream();
  await revokeKey(gateway.database.db, gateway.organizationId, id);
  await expect(stream.next()).rejects.toThrow();
  await ticks.left;
});

test('a stream that breaks shows an id and not the cause', async () => {
  const stream = await openEventStream(gateway.url, { query, apiKey: gateway.apiKey });
  const ticks = await gateway.tiny.nextStream();
  ticks.fail(new Error('the password is hunter2'));
  const { errors } = await stream.next();
  expect(errors[0].message).toMatch(/^Internal error\. Quote the id /);
});

test.each([
  ['application/json'],
  ['multipart/mixed'],
  ['multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9'],
])('a client that accepts only %s is told what to do, and its source is left', async (accept) => {
  const { status, body } = await request(gateway.url, { query, apiKey: gateway.apiKey, headers: { accept } });
  expect(status).toBe(406);
  expect(body.errors[0].message).toMatch(/text\/event-stream.*WebSocket/);
  const ticks = await gateway.tiny.nextStream();
  await ticks.left;
});

test('an answer in a form that we do not speak is 406 with a reason', async () => {
  const { status, body } = await request(gateway.url, {
    query: '{ hello }',
    apiKey: gateway.apiKey,
    headers: { accept: 'text/html' },
  });
  expect(status).toBe(406);
  expect(body.errors[0].message).toContain('application/json');
});
