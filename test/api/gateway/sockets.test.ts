import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { revokeKey } from '../../../src/organizations/keys.service.ts';
import { connect, readMetrics, requestOverSocket, type SocketClient } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
const clients: SocketClient[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ revalidateKeysMs: 100 });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()));
});
afterAll(() => gateway?.stop());

function open(connectionParams: Record<string, unknown> | undefined = { apiKey: gateway.apiKey }): SocketClient {
  const client = connect(gateway.url, connectionParams);
  clients.push(client);
  return client;
}

/** A subscription of the client's, as a pull. */
function subscribe(client: SocketClient, query = 'subscription { ticks }') {
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, the test says
  return client.iterate<any>({ query });
}

test('queries and mutations run over a socket as over HTTP', async () => {
  const client = open();
  expect(await requestOverSocket(client, { query: '{ hello eventCursor }' })).toMatchObject({
    data: { hello: 'world', eventCursor: expect.any(String) },
  });
  expect(await requestOverSocket(client, { query: 'mutation { ignore(files: []) }' })).toMatchObject({
    data: { ignore: true },
  });
  const query = 'query ($value: Int!) { double(value: $value) }';
  expect(await requestOverSocket(client, { query, variables: { value: 4 } })).toMatchObject({ data: { double: 8 } });
});

test('a stream delivers, completes, and its source is left', async () => {
  const events = subscribe(open());
  const first = events.next();
  const ticks = await gateway.tiny.nextStream();
  ticks.send(1);
  expect((await first).value).toEqual({ data: { ticks: 1 } });
  const second = events.next();
  ticks.complete();
  expect(await second).toEqual({ done: true, value: undefined });
});

test('a client that goes leaves its idle streams', async () => {
  const client = open();
  void subscribe(client).next();
  const ticks = await gateway.tiny.nextStream();
  await client.dispose();
  await ticks.left;
});

describe('what goes wrong with one operation', () => {
  const wrong: [string, string, string][] = [
    ['a syntax error', 'subscription { ticks', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an operation that is not there', 'query A { hello } query B { hello }', 'BAD_USER_INPUT'],
    ['a subscription whose source cannot be opened', 'subscription { refusedTicks }', 'INTERNAL'],
    ['a resolver that crashes', '{ crash }', 'INTERNAL'],
  ];
  test.each(wrong)('is told to it alone: %s', async (_title, query, code) => {
    const client = open();
    const events = subscribe(client);
    const first = events.next();
    const ticks = await gateway.tiny.nextStream();
    const outcome = await requestOverSocket(client, { query }).catch((errors) => ({ errors }));
    expect(outcome.errors).toHaveLength(1);
    expect(outcome.errors?.[0].extensions?.code).toBe(code);
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|"http"|unexpected|originalError/);
    ticks.send(2);
    expect((await first).value).toEqual({ data: { ticks: 2 } });
  });

  test('is masked when an event of a stream fails, logged once, and the stream goes on', async () => {
    const events = subscribe(open(), 'subscription { crashingTicks }');
    const first = events.next();
    const ticks = await gateway.tiny.nextStream();
    for (const next of [first, events.next()]) {
      ticks.send(1);
      const { value } = await next;
      expect(value).toEqual({
        data: { crashingTicks: null },
        errors: [
          {
            message: expect.stringMatching(/^Internal error\. Quote the id /),
            locations: [{ line: 1, column: 16 }],
            path: ['crashingTicks'],
            extensions: { code: 'INTERNAL', id: expect.any(String) },
          },
        ],
      });
      const { id } = value.errors[0].extensions;
      expect(gateway.logged.filter(({ errorId }) => errorId === id)).toMatchObject([
        { err: { message: 'the password is hunter2' } },
      ]);
    }
  });

  test('is masked when a stream breaks, and logged under the id', async () => {
    const client = open();
    const events = subscribe(client);
    const first = events.next();
    const ticks = await gateway.tiny.nextStream();
    ticks.fail(new Error('the password is hunter2'));
    const outcome = await first.then(
      ({ value }) => value.errors,
      (errors) => errors,
    );
    expect(outcome[0].message).toMatch(/^Internal error\. Quote the id /);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    const { id } = outcome[0].extensions;
    expect(gateway.logged.filter(({ errorId }) => errorId === id)).toMatchObject([
      { err: { message: 'the password is hunter2' } },
    ]);
  });
});

describe('the key', () => {
  test('comes in connectionParams, by any of its names', async () => {
    const { secret, id } = await gateway.createKey();
    for (const params of [{ apiKey: secret }, { 'X-API-Key': secret }, { authorization: `Bearer ${secret}` }])
      expect(await requestOverSocket(open(params), { query: '{ caller }' })).toMatchObject({ data: { caller: id } });
  });

  test('comes in the headers of the request to connect, for clients that can set them', async () => {
    const { secret } = await gateway.createKey();
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { 'x-api-key': secret },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ hello }' } }));
    const message = await new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    expect(JSON.parse(message)).toMatchObject({ type: 'next', payload: { data: { hello: 'world' } } });
    socket.close();
  });

  test.each([
    ['unknown', { apiKey: 'sl_nobody' }],
    ['not text', { apiKey: 7 }],
  ])('that is %s closes the socket with 4403 and says why', async (reason, params) => {
    const client = open(params);
    await requestOverSocket(client, { query: '{ hello }' }).catch(() => undefined);
    expect(await client.closed).toMatchObject({ code: 4403, reason: expect.stringContaining(reason) });
  });

  test('that is missing leaves the schema and nothing else', async () => {
    const client = open({});
    expect(await requestOverSocket(client, { query: '{ __typename }' })).toEqual({ data: { __typename: 'Query' } });
    for (const query of ['{ hello }', 'subscription { ticks }']) {
      const { errors } = await requestOverSocket(client, { query });
      expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    }
  });

  test('may come with a single operation, as GraphiQL sends it', async () => {
    const { secret, id } = await gateway.createKey();
    const client = open({});
    const extensions = { headers: { 'X-API-Key': secret } };
    expect(await requestOverSocket(client, { query: '{ caller }', extensions })).toMatchObject({
      data: { caller: id },
    });
    const { errors } = await requestOverSocket(client, { query: '{ caller }' });
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  test('that is revoked ends its sockets with 4403, and no others', async () => {
    const [revoked, kept] = [await gateway.createKey(), await gateway.createKey()];
    const client = open({ apiKey: revoked.secret });
    const events = subscribe(client);
    const first = events.next();
    first.catch(() => undefined);
    const ticks = await gateway.tiny.nextStream();
    const other = open({ apiKey: kept.secret });
    const otherFirst = subscribe(other).next();
    const otherTicks = await gateway.tiny.nextStream();
    await revokeKey(gateway.database.db, gateway.organizationId, revoked.id);
    expect(await client.closed).toMatchObject({ code: 4403 });
    await ticks.left;
    otherTicks.send(3);
    expect((await otherFirst).value).toEqual({ data: { ticks: 3 } });
  });

  test('that came with a single operation ends the socket too when it is revoked', async () => {
    const { secret, id } = await gateway.createKey();
    const client = open({});
    client
      .iterate({ query: 'subscription { ticks }', extensions: { headers: { 'X-API-Key': secret } } })
      .next()
      .catch(() => undefined);
    await gateway.tiny.nextStream();
    await revokeKey(gateway.database.db, gateway.organizationId, id);
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  test('that expires ends its sockets with 4403', async () => {
    const { secret } = await gateway.createKey({ expiresAt: new Date(Date.now() + 1_000) });
    const client = open({ apiKey: secret });
    subscribe(client)
      .next()
      .catch(() => undefined);
    await gateway.tiny.nextStream();
    expect(await client.closed).toMatchObject({ code: 4403 });
  });
});

describe('limits', () => {
  async function metric(limit: string): Promise<number> {
    const text = await readMetrics(gateway);
    return Number(text.split(`sightline_graphql_limits_broken_total{limit="${limit}"} `)[1]?.split('\n')[0]);
  }

  test('a socket runs 100 operations and refuses one more, without ending any', async () => {
    const client = open();
    const events = Array.from({ length: 100 }, () => subscribe(client));
    const firsts = events.map((stream) => stream.next());
    const ticks = [];
    for (let index = 0; index < 100; index += 1) ticks.push(await gateway.tiny.nextStream());
    const refused = await requestOverSocket(client, { query: '{ hello }' }).catch((errors) => errors);
    expect(refused[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(refused[0].message).toContain('100 operations');
    expect(await metric('socketOperations')).toBe(1);
    for (const tick of ticks) tick.send(4);
    expect((await Promise.all(firsts)).map(({ value }) => value.data.ticks)).toEqual(Array(100).fill(4));
  });

  test('a key has 200 sockets, and one more is told to come later', async () => {
    const { secret } = await gateway.createKey();
    const many = Array.from({ length: 200 }, () => open({ apiKey: secret }));
    await Promise.all(many.map((client) => subscribeForever(client)));
    const late = open({ apiKey: secret });
    await requestOverSocket(late, { query: '{ hello }' }).catch(() => undefined);
    expect(await late.closed).toMatchObject({ code: 1013 });
    expect(await metric('sockets')).toBe(1);
  });

  test('a message of more than 256 KB closes the socket', async () => {
    const client = open();
    await requestOverSocket(client, { query: '{ hello }', variables: { filler: 'x'.repeat(300_000) } }).catch(
      () => undefined,
    );
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  test('a socket that never says who it is is closed after three seconds', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(4408);
  });

  test.each(['/', '/other', '/graphql2'])('a socket on %s is refused', async (path) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws');
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('404');
  });
});

describe('what other clients send', () => {
  const address = () => `${gateway.url.replace('http', 'ws')}/graphql`;

  test.each([
    ['that of subscriptions-transport-ws', ['graphql-ws']],
    ['none', []],
    ['another', ['soap']],
  ])('a protocol that is not spoken is told which one is: %s', async (_title, protocols) => {
    const socket = new WebSocket(address(), protocols);
    const closed = await new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    expect(closed).toEqual({ code: 4406, reason: expect.stringContaining('graphql-transport-ws') });
  });

  test('a client of subscriptions-transport-ws is told so in its own protocol, before the socket closes', async () => {
    const socket = new WebSocket(address(), 'graphql-ws');
    const [message] = await once(socket, 'message');
    expect(JSON.parse(String(message))).toEqual({
      type: 'connection_error',
      payload: { message: expect.stringContaining('graphql-transport-ws') },
    });
    await once(socket, 'close');
  });

  test('of two protocols the one that is spoken is taken', async () => {
    const socket = new WebSocket(address(), ['graphql-ws', 'graphql-transport-ws']);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.close();
  });

  test('an empty operationName is none', async () => {
    const client = open();
    for (const query of ['{ hello }', 'query Name { hello }']) {
      const { value } = await client.iterate({ query, operationName: '' }).next();
      expect(value).toMatchObject({ data: { hello: 'world' } });
    }
  });

  async function talk(...messages: string[]): Promise<{ answer: unknown; code?: number; reason?: string }> {
    const socket = new WebSocket(address(), 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: gateway.apiKey } }));
    await new Promise((resolve) => socket.once('message', resolve));
    for (const message of messages) socket.send(message);
    return new Promise((resolve) => {
      socket.once('message', (data) => {
        resolve({ answer: JSON.parse(data.toString()) });
        socket.close();
      });
      socket.once('close', (code, reason) => resolve({ answer: null, code, reason: reason.toString() }));
    });
  }

  const subscribeTo = (query: string, variables?: object) => ({
    id: '1',
    type: 'subscribe',
    payload: { query, variables },
  });

  test('a byte order mark is read past', async () => {
    expect(await talk(`\ufeff${JSON.stringify(subscribeTo('{ hello }'))}`)).toMatchObject({
      answer: { type: 'next', payload: { data: { hello: 'world' } } },
    });
  });

  test('a message nested without end closes the socket, which is told why', async () => {
    const deep = JSON.stringify(subscribeTo('{ hello }', { deep: 0 })).replace('0}', `${'['.repeat(90_000)}`);
    expect(await talk(deep)).toMatchObject({ code: 4400, reason: expect.stringContaining('levels') });
  });
});

/** Resolves when the subscription is open; its socket stays. */
async function subscribeForever(client: SocketClient): Promise<void> {
  subscribe(client)
    .next()
    .catch(() => undefined);
  await gateway.tiny.nextStream();
}
