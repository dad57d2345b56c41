import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxSubscriptionsPerKey } from '../../../src/gateway/limits/use-subscription-limit.ts';
import { maxOperationsPerSocket } from '../../../src/gateway/sockets/socket-operations.ts';
import { connect, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { exampleBase64 } from '../../support/examples.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ');
/** So many rounds of four levels each. */
const around = (rounds: number, inner: string) =>
  `{ ${'analyses(first: 1) { edges { node { task { '.repeat(rounds)} ${inner} ${'} } } } '.repeat(rounds)} }`;

/** Each limit: the most that is allowed, and one more. */
const limits: Record<string, { allowed: string; refused: string; operationName?: string }> = {
  depth: { allowed: around(4, 'analyses { edges { node { id } } }'), refused: around(5, 'id') },
  aliases: {
    allowed: `{ viewer { organization { ${repeat(200, (i) => `a${i}: name`)} } } }`,
    refused: `{ viewer { organization { ${repeat(201, (i) => `a${i}: name`)} } } }`,
  },
  directives: {
    allowed: `{ viewer { organization { ${repeat(100, () => 'name @include(if: true)')} } } }`,
    refused: `{ viewer { organization { ${repeat(101, () => 'name @include(if: true)')} } } }`,
  },
  operations: {
    operationName: 'Main',
    allowed: repeat(50, (i) => `query ${i === 0 ? 'Main' : `Q${i}`} { __typename }`),
    refused: repeat(51, (i) => `query ${i === 0 ? 'Main' : `Q${i}`} { __typename }`),
  },
  fragments: {
    allowed: `{ ${repeat(200, (i) => `...F${i}`)} } ${repeat(200, (i) => `fragment F${i} on Query { __typename }`)}`,
    refused: `{ ${repeat(201, (i) => `...F${i}`)} } ${repeat(201, (i) => `fragment F${i} on Query { __typename }`)}`,
  },
  equalNames: {
    allowed: `{ viewer { organization { ${repeat(548, () => 'name')} } } }`,
    refused: `{ viewer { organization { ${repeat(549, () => 'name')} } } }`,
  },
  rootFields: {
    allowed: `{ ${repeat(50, (i) => `a${i}: __typename`)} }`,
    refused: `{ ...F } fragment F on Query { ${repeat(51, (i) => `a${i}: __typename`)} }`,
  },
};

describe.each(Object.entries(limits))('%s', (limit, { allowed, refused, operationName }) => {
  test('up to the limit are answered, more are refused, and that is counted', async () => {
    const { apiKey } = sightline;
    // Documents that are not valid are 200 as application/json, by the specification of GraphQL over HTTP.
    const headers = { accept: 'application/graphql-response+json' };
    const answered = await request(sightline.url, { apiKey, query: allowed, operationName });
    expect([answered.status, answered.body.errors]).toEqual([200, undefined]);
    const { status, body } = await request(sightline.url, { apiKey, query: refused, operationName, headers });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([
      { message: expect.stringContaining('are allowed'), extensions: { code: 'BAD_USER_INPUT', limit } },
    ]);
    const client = connect(sightline.url, { apiKey });
    const overSocket = await requestOverSocket(client, { query: refused }).catch((errors) => ({ errors }));
    expect(overSocket.errors).toMatchObject([{ extensions: { limit } }]);
    await client.dispose();
    const metrics = await readMetrics(sightline);
    expect(metrics).toContain(`sightline_graphql_limits_broken_total{limit="${limit}"} 2`);
  });
});

test('a list has up to 1,000 entries, in variables as in the document', async () => {
  const query = 'query ($filter: AnalysisFilter) { analyses(filter: $filter) { totalCount } }';
  const run = (count: number) =>
    request(sightline.url, { apiKey: sightline.apiKey, query, variables: { filter: { ids: Array(count).fill('x') } } });
  const { status, body } = await run(1_001);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', limit: 'listEntries' } }]);
  expect((await run(1_000)).body.errors?.[0]?.extensions?.limit).toBeUndefined();
  const literal = `{ nodes(ids: [${repeat(1_001, () => '"x"')}]) { id } }`;
  const inDocument = await request(sightline.url, { apiKey: sightline.apiKey, query: literal });
  expect(inDocument.body.errors).toMatchObject([{ extensions: { limit: 'listEntries' } }]);
});

test.each([
  { limit: 'tokens', query: `{ ${'__typename '.repeat(10_001)} }`, code: 'GRAPHQL_PARSE_FAILED' },
  { limit: 'characters', query: `{ __typename } #${' '.repeat(200_000)}`, code: 'BAD_USER_INPUT' },
])(
  '$limit of an operation are limited, and each refusal is counted, over HTTP and WebSocket',
  async ({ limit, query, code }) => {
    const { apiKey } = sightline;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { body } = await request(sightline.url, { apiKey, query });
      expect(body.errors).toMatchObject([{ extensions: { code, limit } }]);
    }
    const client = connect(sightline.url, { apiKey });
    const overSocket = await requestOverSocket(client, { query }).catch((errors) => ({ errors }));
    expect(overSocket.errors).toMatchObject([{ extensions: { code, limit } }]);
    await client.dispose();
    const metrics = await readMetrics(sightline);
    expect(metrics).toContain(`sightline_graphql_limits_broken_total{limit="${limit}"} 3`);
  },
);

test('a fragment that spreads itself, however far around, is refused before it is followed', async () => {
  const around = repeat(200, (i) => `fragment F${i} on Query { ...F${(i + 1) % 200} ...F${(i + 2) % 200} __typename }`);
  const { body } = await request(sightline.url, { apiKey: sightline.apiKey, query: `{ ...F0 } ${around}` });
  expect(body.errors).toMatchObject([{ message: expect.stringContaining('spreads itself') }]);
});

describe('without a key', () => {
  test('an operation has up to 1,000 tokens, over HTTP and WebSocket, even when somebody with a key sent the same', async () => {
    const names = ['description', '__typename'].map((name) => repeat(248, () => name)).join(' ');
    const deeper = ['name', 'kind'].map((name) => repeat(248, () => name)).join(' ');
    const allowed = `{ __schema { ${names} queryType { ${deeper} } } }`;
    const refused = allowed.replace('__schema {', '__schema { queryType { name }');
    expect((await request(sightline.url, { query: allowed })).body.errors).toBeUndefined();
    expect((await request(sightline.url, { apiKey: sightline.apiKey, query: refused })).body.errors).toBeUndefined();
    const { body } = await request(sightline.url, { query: refused });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', limit: 'tokens' } }]);
    const client = connect(sightline.url);
    const overSocket = await requestOverSocket(client, { query: refused }).catch((errors) => ({ errors }));
    expect(overSocket.errors).toMatchObject([{ extensions: { limit: 'tokens' } }]);
    await client.dispose();
  });

  test('several operations in one request are refused, and none of them is looked at', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${sightline.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ __typename }' }))),
      });
    const refused = await send({});
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(await (await send({ 'x-api-key': sightline.apiKey })).json()).toHaveLength(10);
  });
});

test.each([
  ['an object', `{ a(b: ${'{a:'.repeat(3_300)}1${'}'.repeat(3_300)}) }`],
  ['a list', `{ images(filter: { ids: ${'['.repeat(3_300)}${']'.repeat(3_300)} }) { totalCount } }`],
  ['a type', `query ($a: ${'['.repeat(3_300)}Int${']'.repeat(3_300)}) { __typename }`],
  ['fields', `{ ${'a{'.repeat(3_300)}a${'}'.repeat(3_300)} }`],
])('what nests without end in the text of an operation is refused before it is parsed: %s', async (_title, query) => {
  const { body } = await request(sightline.url, { apiKey: sightline.apiKey, query });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', limit: 'nesting' } }]);
});

test('what only looks like nesting is none', async () => {
  const many = '{'.repeat(300);
  const ids = [`"${many}"`, `"\\"${many}"`, `"""${many} \\""" ${many}"""`, '"\\\\"'];
  const fields = ids.map((id, index) => `n${index}: node(id: ${id}) { id }`);
  const query = `{ __typename # ${many}\n ${fields.join(' ')} }`;
  const { body } = await request(sightline.url, { apiKey: sightline.apiKey, query });
  expect(body.data).toEqual({ __typename: 'Query', n0: null, n1: null, n2: null, n3: null });
});

test('variables that nest without end are refused, and harm nobody', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const response = await fetch(`${sightline.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': sightline.apiKey },
    body: `{"query":"{ __typename }","variables":{"unused":${deep}}}`,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test.each([{}, { inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, oneOf: true }])(
  'introspection passes, as GraphiQL and code generators send it: %o',
  async (options) => {
    const { status, body } = await request(sightline.url, { query: getIntrospectionQuery(options) });
    expect([status, body.errors]).toEqual([200, undefined]);
  },
);

test('a batch of 200 pictures in variables passes', async () => {
  const user = createUser(sightline);
  const source = { base64: await exampleBase64('products/hustavik-chickpeas.png') };
  const pictures = Array.from({ length: 200 }, (_, index) => ({
    source,
    externalId: String(index),
    metadata: { index },
  }));
  const { batch } = await submitBatch(user, pictures, { taskId: await createTask(user) });
  expect(batch.total).toBe(200);
});

test('a key has 1,000 streams open on all its sockets; what ends makes room', async () => {
  const { apiKey } = await sightline.createTenant({ scopes: ['READ'] });
  const query = 'subscription { systemStatus(everySeconds: 60) { version } }';
  const clients = Array.from({ length: maxSubscriptionsPerKey / maxOperationsPerSocket + 1 }, () =>
    connect(sightline.url, { apiKey }),
  );
  const another = connect(sightline.url, { apiKey });
  // All at the same moment: none may pass because the others are not open yet.
  const firsts = await Promise.all(
    clients.flatMap((client) =>
      Array.from({ length: maxOperationsPerSocket }, async () => (await client.iterate({ query }).next()).value),
    ),
  );
  const refused = firsts.filter((first) => first?.errors !== undefined);
  expect(refused).toHaveLength(maxOperationsPerSocket);
  for (const first of refused) expect(first).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  await Promise.all(clients.slice(0, 2).map((client) => client.dispose()));
  // One that watches beside others hears of the first state up to a second later, the usual deadline of a poll.
  await expect
    .poll(async () => (await another.iterate({ query }).next()).value?.data, { timeout: 30_000 })
    .toBeTruthy();
  await Promise.all([another, ...clients].map((client) => client.dispose()));
});
