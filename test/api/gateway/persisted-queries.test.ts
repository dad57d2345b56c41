import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createClient, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { parse, print } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answer } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
/** What the clients sent, in their order. */
let sent: { method: string; hasText: boolean }[];
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.stop());
beforeEach(() => {
  sent = [];
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function countingFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(String(input));
  const body = init.body ? JSON.parse(String(init.body)) : Object.fromEntries(url.searchParams);
  sent.push({ method: init.method ?? 'GET', hasText: body.query !== undefined });
  return fetch(input, init);
}

const headers = () => ({ 'x-api-key': gateway.apiKey });

/** Apollo Client, and what it answers for a query that nobody has sent before. */
function apollo(options: { useGETForHashedQueries?: boolean } = {}) {
  const link = ApolloLink.from([
    new PersistedQueryLink({ sha256, ...options }),
    new HttpLink({ uri: `${gateway.url}/graphql`, headers: headers(), fetch: countingFetch }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return async (text: string) => (await client.query({ query: gql(text), fetchPolicy: 'no-cache' })).data;
}

function urql() {
  const client = createClient({
    url: `${gateway.url}/graphql`,
    fetch: countingFetch as typeof fetch,
    fetchOptions: { headers: headers() },
    preferGetMethod: false,
    exchanges: [
      persistedExchange({ preferGetForPersistedQueries: false, generateHash: async (text) => sha256(text) }),
      fetchExchange,
    ],
  });
  return async (text: string) => (await client.query(text, {}).toPromise()).data;
}

describe.each([
  ['Apollo Client', apollo, 'POST'],
  ['Apollo Client with GET', () => apollo({ useGETForHashedQueries: true }), 'GET'],
  ['urql', urql, 'POST'],
])('%s', (name, open, method) => {
  test('sends the text of a query once, and the hash from then on', async () => {
    const query = `query ${name.replaceAll(' ', '')} { double(value: 4) }`;
    const first = open();
    expect(await first(query)).toMatchObject({ double: 8 });
    expect(sent.map(({ hasText }) => hasText)).toEqual([false, true]);
    sent = [];
    // Another client, which has seen nothing of that.
    expect(await open()(query)).toMatchObject({ double: 8 });
    expect(sent).toEqual([{ method, hasText: false }]);
  });
});

async function post(body: object, key: string | null = gateway.apiKey) {
  const all = { 'content-type': 'application/json', ...(key && { 'x-api-key': key }) };
  return answer(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: all, body: JSON.stringify(body) }));
}

const persisted = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } });
const notFound = {
  status: 200,
  body: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
};

test('a hash that is not that of the text is refused, and not stored', async () => {
  const wrong = persisted('{ caller }');
  const refused = await post({ query: '{ hello }', ...wrong });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
  expect(await post(wrong)).toMatchObject(notFound);
});

test('a form of persisted query that is not spoken is answered in the words that clients fall back on', async () => {
  const extensions = { persistedQuery: { version: 2, sha256Hash: sha256('{ hello }') } };
  expect(await post({ extensions })).toMatchObject({
    status: 200,
    body: {
      errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    },
  });
  expect((await post({ query: '{ hello }', extensions })).body.data).toEqual({ hello: 'world' });
});

test('whoever has no key stores nothing', async () => {
  const text = '{ __typename keyless: __typename }';
  expect((await post({ query: text, ...persisted(text) }, null)).body.data).toMatchObject({ keyless: 'Query' });
  expect(await post(persisted(text))).toMatchObject(notFound);
});

test('the store is bounded: a long text is executed and not kept, and old texts make room for new ones', async () => {
  const padded = (name: string, length: number) => `query ${name} { hello } #${'x'.repeat(length)}`;
  const long = padded('Long', 60_000);
  expect((await post({ query: long, ...persisted(long) })).body.data).toEqual({ hello: 'world' });
  expect(await post(persisted(long))).toMatchObject(notFound);
  const oldest = padded('Oldest', 10);
  await post({ query: oldest, ...persisted(oldest) });
  for (let index = 0; index < 170; index += 1) {
    const text = padded(`Filler${index}`, 49_000);
    await post({ query: text, ...persisted(text) });
  }
  expect(await post(persisted(oldest))).toMatchObject(notFound);
  const newest = padded('Filler169', 49_000);
  expect((await post(persisted(newest))).body.data).toEqual({ hello: 'world' });
});

test('several operations of one request are known by their hashes', async () => {
  const text = print(parse('{ double(value: 21) }'));
  await post({ query: text, ...persisted(text) });
  const { body } = await post([persisted(text), { query: '{ hello }' }]);
  expect(body).toMatchObject([{ data: { double: 42 } }, { data: { hello: 'world' } }]);
});
