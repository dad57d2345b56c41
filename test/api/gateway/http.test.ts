import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, request } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    env: { CORS_ORIGINS: 'https://shop.example,https://other.example', PUBLIC_URL: 'https://sightline.example/' },
  });
  // Only links carry the public address; requests go where it listens.
  gateway.url = `http://127.0.0.1:${gateway.port}`;
});
afterAll(() => gateway?.stop());

const ask = (query: string, more: object = {}) => request(gateway.url, { query, apiKey: gateway.apiKey, ...more });

describe('unexpected errors', () => {
  test('are masked with an id under which the log has the cause, once', async () => {
    const { status, body } = await ask('{ crash }');
    expect(status).toBe(500);
    const { message, extensions, path } = body.errors[0];
    expect(extensions).toEqual({ code: 'INTERNAL', id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(message).toBe(`Internal error. Quote the id ${extensions.id} when you report it.`);
    expect(path).toEqual(['crash']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    const lines = gateway.logged.filter(({ errorId }) => errorId === extensions.id);
    expect(lines).toMatchObject([{ err: { message: 'the password is hunter2' }, path: 'crash' }]);
  });

  test('leave the rest of the answer alone, which is 200', async () => {
    const { status, body } = await ask('{ hello nullableCrash }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ hello: 'world', nullableCrash: null });
    expect(body.errors[0].extensions.code).toBe('INTERNAL');
    expect(body.errors[0].path).toEqual(['nullableCrash']);
  });
});

test('a refusal passes as it is, with its status and without what is internal', async () => {
  const { status, body } = await ask('{ refused }');
  expect(status).toBe(403);
  expect(body.errors).toMatchObject([{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }]);
  expect(body.errors[0].extensions).toEqual({ code: 'FORBIDDEN' });
});

test.each([
  ['a syntax error', { query: '{ hello' }],
  ['an unknown field', { query: '{ nope }' }],
  [
    'a variable of the wrong type',
    { query: 'query ($value: Int!) { double(value: $value) }', variables: { value: 'x' } },
  ],
  ['more tokens than anyone needs', { query: `{ ${'hello '.repeat(10_001)} }` }],
])('%s is 400 for a client that speaks GraphQL over HTTP', async (_title, operation) => {
  const { status, body } = await ask(operation.query, {
    ...operation,
    headers: { accept: 'application/graphql-response+json' },
  });
  expect(status).toBe(400);
  expect(body.data).toBeUndefined();
  expect(body.errors[0].extensions?.code).not.toBe('INTERNAL');
});

test('a variable of the wrong type is BAD_USER_INPUT', async () => {
  const query = 'query ($value: Int!) { double(value: $value) }';
  const { body } = await ask(query, { variables: { value: 'x' } });
  expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

test('more wrong variables than are reported are BAD_USER_INPUT, too, each error of them', async () => {
  const pairs = Array.from({ length: 30 }, (_, index) => [`a${index}`, `b${index}`] as const);
  const declared = pairs.map(([a, b]) => `$${a}: Boolean! $${b}: Boolean!`).join(' ');
  const fields = pairs.map(([a, b]) => `${a}: hello @include(if: $${a}) @skip(if: $${b})`).join(' ');
  const query = `query (${declared}) { ${fields} }`;
  const variables = Object.fromEntries(pairs.flat().map((name) => [name, 'x']));
  const { body } = await ask(query, { variables });
  const codes = body.errors.map((error: { extensions?: { code?: string } }) => error.extensions?.code);
  expect(codes.length).toBeGreaterThan(50);
  expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
});

test.each([
  ['JSON that is none', '{"query":', 'application/json', 400, /JSON/],
  ['JSON that is no request', 'null', 'application/json', 400, /not an object/],
  ['a query that is no text', '{"query":5}', 'application/json', 400, /"query" param/],
  ['a type that is none of ours', 'hello', 'application/xml', 415, /application\/json/],
])('%s is refused with a reason', async (_title, body, type, status, reason) => {
  const headers = { 'content-type': type, 'x-api-key': gateway.apiKey };
  const got = await answer(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body }));
  expect(got.status).toBe(status);
  expect(got.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(got.body.errors[0].message).toMatch(reason);
});

test('variables in a GET that are not JSON are the client’s fault', async () => {
  const got = await answer(
    await fetch(`${gateway.url}/graphql?query={hello}&variables={`, { headers: { 'x-api-key': gateway.apiKey } }),
  );
  expect(got.status).toBe(400);
  expect(got.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

test('up to ten operations come in one request, each with a context of its own', async () => {
  const send = (count: number) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gateway.apiKey },
      body: JSON.stringify(Array.from({ length: count }, (_, value) => ({ query: `{ double(value: ${value}) }` }))),
    });
  const { body } = await answer(await send(10));
  expect(body.map((result: { data: { double: number } }) => result.data.double)).toEqual([
    0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
  ]);
  expect((await send(11)).status).toBe(413);
});

test('a subscription among operations in one request says that it cannot be there, and leaves its source', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': gateway.apiKey },
    body: JSON.stringify([{ query: '{ hello }' }, { query: 'subscription { ticks }' }]),
  });
  const { body } = await answer(response);
  expect(body[0]).toMatchObject({ data: { hello: 'world' } });
  expect(body[1].errors[0]).toMatchObject({
    message: expect.stringContaining('text/event-stream'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
  const ticks = await gateway.tiny.nextStream();
  await ticks.left;
});

test('an offer of another protocol is declined by an answer in this one', async () => {
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  );
  const [bytes] = await once(socket, 'data');
  expect(String(bytes)).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

describe('eventCursor', () => {
  test('is where the log stood before the query ran', async () => {
    const { body } = await ask('query { ...root } fragment root on Query { cursor: eventCursor }');
    expect(body.data.cursor).toEqual(expect.any(String));
  });

  test('costs nothing when it is not asked for', async () => {
    const { body } = await ask('{ hello }');
    expect(body.data).toEqual({ hello: 'world' });
  });
});

test('resolvers know the public address', async () => {
  expect((await ask('{ publicUrl }')).body.data.publicUrl).toBe('https://sightline.example');
});

describe('a foreign page', () => {
  const send = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: 'query={__typename}' });

  test('cannot make a visitor’s browser send what needs no preflight', async () => {
    const { status, body } = await answer(await send({ 'content-type': 'application/x-www-form-urlencoded' }));
    expect(status).toBe(403);
    expect(body.errors[0].message).toContain('x-graphql-yoga-csrf');
  });

  test.each(['x-graphql-yoga-csrf', 'apollo-require-preflight', 'x-apollo-operation-name'])(
    'would need a preflight for %s, so that is let through',
    async (name) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', [name]: '1' };
      expect((await send(headers)).status).toBe(200);
    },
  );

  test('may read answers only from an origin on the list, and never with credentials', async () => {
    const from = async (origin: string) =>
      (await request(gateway.url, { query: '{ __typename }', headers: { origin } })).headers;
    const listed = await from('https://shop.example');
    expect(listed.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(listed.get('access-control-allow-credentials')).toBeNull();
    expect(listed.get('access-control-expose-headers')).toContain('Retry-After');
    for (const other of ['https://evil.example', 'null'])
      expect((await from(other)).get('access-control-allow-origin')).toBeNull();
  });

  test('is told by the preflight which headers it may send', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key,content-type',
      },
    });
    expect(response.headers.get('access-control-allow-headers')).toContain('x-api-key');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  test('is refused by the preflight with the name of the setting when its origin is not listed', async () => {
    const { status, body } = await preflight(gateway.url, 'https://evil.example');
    expect(status).toBe(403);
    expect(body.message).toMatch(/^Pages of https:\/\/evil\.example .*CORS_ORIGINS does not list it/);
  });
});

async function preflight(url: string, origin: string) {
  const headers = { origin, 'access-control-request-method': 'POST' };
  return answer(await fetch(`${url}/graphql`, { method: 'OPTIONS', headers }));
}

test('without a list of origins no page of another origin may read anything', async () => {
  await using stack = new AsyncDisposableStack();
  const plain = await startTestGateway();
  stack.defer(() => plain.stop());
  const { headers } = await request(plain.url, {
    query: '{ __typename }',
    headers: { origin: 'https://evil.example' },
  });
  expect(headers.get('access-control-allow-origin')).toBeNull();
  const { status, body } = await preflight(plain.url, 'https://evil.example');
  expect([status, body.message]).toEqual([403, expect.stringContaining('CORS_ORIGINS is not set')]);
});
