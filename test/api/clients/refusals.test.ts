import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../../support/client.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

/** What docs/clients.md says of requests: its first one, and which are refused. */
let server: TestSightline;
let readKey: string;
beforeAll(async () => {
  server = await startTestSightline();
  ({ apiKey: readKey } = await server.createTenant({ scopes: ['READ'] }));
});
afterAll(() => server?.close());

test('the first query of docs/clients.md is answered', async () => {
  const text = await readFile(new URL('../../../docs/clients.md', import.meta.url), 'utf8');
  const [, body] = /-d '(.+)'/.exec(text)!;
  const headers = { 'content-type': 'application/json', 'x-api-key': server.apiKey };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const { data } = (await answer(response)).body;
  expect(data.viewer.organization).toEqual({ name: 'Default', plan: { name: 'UNLIMITED', maxBatchSize: 200 } });
});

interface Case {
  what: string;
  body?: unknown;
  method?: string;
  /** undefined: the server's own key; null: none. */
  key?: () => string | null;
  headers?: Record<string, string>;
  status: number;
  code: string;
}

const viewer = { query: '{ viewer { __typename } }' };
const cases: Case[] = [
  { what: 'without a key', body: viewer, key: () => null, status: 401, code: 'UNAUTHENTICATED' },
  { what: 'with an unknown key', body: viewer, key: () => 'nobody', status: 401, code: 'UNAUTHENTICATED' },
  {
    what: 'that the scopes of its key do not allow',
    body: { query: 'mutation { createTask(input: { name: "a" }) { __typename } }' },
    key: () => readKey,
    status: 403,
    code: 'FORBIDDEN',
  },
  { what: 'that is not JSON', body: 'hello', status: 400, code: 'BAD_USER_INPUT' },
  { what: 'without a body', status: 400, code: 'BAD_USER_INPUT' },
  { what: 'without a query', body: { variables: {} }, status: 400, code: 'BAD_USER_INPUT' },
  {
    what: 'with two operations and no name',
    body: { query: 'query A { __typename } query B { __typename }' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'with a page too large',
    body: { query: '{ tasks(first: 101) { totalCount edges { cursor } } }' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'that costs too much',
    body: {
      query:
        '{ tasks(first: 100) { edges { node { analyses(first: 100) { edges { node { detections { candidates { confidence } } } } } } } } }',
    },
    status: 400,
    code: 'QUERY_TOO_COSTLY',
  },
  {
    what: 'with a cursor that is none',
    body: { query: '{ tasks(after: "x") { edges { cursor } } }' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'for a stream after a cursor that is none',
    body: { query: 'subscription { imageEvents(after: "x") { __typename } }' },
    headers: { accept: 'text/event-stream, application/json' },
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  { what: 'of another method', method: 'PUT', body: viewer, status: 405, code: 'BAD_USER_INPUT' },
  {
    what: 'for an answer of another type',
    body: viewer,
    headers: { accept: 'text/csv' },
    status: 406,
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'for a stream as JSON',
    body: { query: 'subscription { imageEvents { __typename } }' },
    headers: { accept: 'application/json' },
    status: 406,
    code: 'BAD_USER_INPUT',
  },
  {
    what: 'of another type',
    body: 'hello',
    headers: { 'content-type': 'text/html' },
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  { what: 'of eleven operations', body: Array(11).fill(viewer), status: 413, code: 'PAYLOAD_TOO_LARGE' },
  {
    what: 'with a syntax error',
    body: { query: '{' },
    headers: { accept: 'application/graphql-response+json' },
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    what: 'for a field that is not there',
    body: { query: '{ nothing }' },
    headers: { accept: 'application/graphql-response+json' },
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
];

test.each(cases)('a request $what is answered $status $code', async (one) => {
  const { body, method = 'POST', key = () => server.apiKey, headers, status, code } = one;
  const secret = key();
  const response = await fetch(`${server.url}/graphql`, {
    method,
    headers: { 'content-type': 'application/json', ...(secret && { 'x-api-key': secret }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const { status: found, body: answered } = await answer(response);
  expect({ status: found, code: answered.errors[0].extensions.code }).toEqual({ status, code });
  expect(answered.errors[0].extensions).not.toHaveProperty('originalError');
});

test('what is wrong with an operation itself is 200 for clients that ask for application/json only', async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': server.apiKey },
    body: JSON.stringify({ query: '{' }),
  });
  const { status, body } = await answer(response);
  expect(status).toBe(200);
  expect(body.errors[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED');
});

test('an organisation that has spent its minute is told 429 THROTTLED, and when to come back', async () => {
  const { apiKey } = await server.createTenant({ plan: 'FREE' });
  const query = '{ tasks(first: 100) { edges { node { analyses(first: 20) { edges { node { status } } } } } } }';
  const send = () =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query }),
    }).then(answer);
  const first = await send();
  expect(first.status).toBe(200);
  const { maximumAvailable, restoreRate } = first.body.extensions.cost.throttleStatus;
  const second = await send();
  expect(second.status).toBe(429);
  expect(second.body.errors[0].extensions.code).toBe('THROTTLED');
  const missing = 2 * first.body.extensions.cost.requestedQueryCost - maximumAvailable;
  const seconds = Number(second.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(Math.ceil(missing / restoreRate));
});
