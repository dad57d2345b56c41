import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, openEventStream, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let sightline: TestSightline;
/** With 3,000 a minute, and nothing spent. */
let apiKey: string;
beforeAll(async () => {
  sightline = await startTestSightline();
});
beforeEach(async () => {
  ({ apiKey } = await sightline.createTenant({ plan: 'FREE' }));
});
afterAll(() => sightline?.close());

const cheap = '{ analyses(first: 9) { edges { node { id } } } }';
/** 1 + 100 × (1 + 1 + 1 + 20): two of them are more than the plan allows. */
const dear = `{ analyses(first: 100) { edges { node { task { analyses(first: 20) { edges { node { id } } } } } } } }`;
const tooDear = `{ analyses(first: 100) { edges { node { task { analyses(first: 100) { edges { node { id } } } } } } } }`;

test('every answer says what it cost, and what is left', async () => {
  const { body } = await request(sightline.url, { apiKey, query: cheap });
  expect(body).toEqual({
    data: { analyses: { edges: [] } },
    extensions: {
      cost: {
        requestedQueryCost: 10,
        throttleStatus: { maximumAvailable: 3_000, currentlyAvailable: 2_990, restoreRate: 50 },
      },
    },
  });
});

test('over HTTP an operation that the budget does not hold is answered 429, with when to come again', async () => {
  expect((await request(sightline.url, { apiKey, query: dear })).status).toBe(200);
  const { status, headers, body } = await request(sightline.url, { apiKey, query: dear });
  expect(status).toBe(429);
  expect(body.data).toBeUndefined();
  expect(body.errors).toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
  const { requestedQueryCost, throttleStatus } = body.extensions.cost;
  expect(requestedQueryCost).toBe(2_301);
  expect(throttleStatus).toMatchObject({ maximumAvailable: 3_000, restoreRate: 50 });
  expect(throttleStatus.currentlyAvailable).toBeLessThan(requestedQueryCost);
  const seconds = Number(headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(Math.ceil((requestedQueryCost - throttleStatus.currentlyAvailable) / 50));
  // What is refused takes nothing.
  expect((await request(sightline.url, { apiKey, query: cheap })).status).toBe(200);
});

test('another organisation is not concerned', async () => {
  await request(sightline.url, { apiKey, query: dear });
  expect((await request(sightline.url, { apiKey, query: dear })).status).toBe(429);
  const other = await sightline.createTenant({ plan: 'FREE' });
  expect((await request(sightline.url, { apiKey: other.apiKey, query: dear })).status).toBe(200);
});

test('over a socket it is an error of that operation alone, of the same budget', async () => {
  const client = connect(sightline.url, { apiKey });
  const first = await requestOverSocket(client, { query: dear });
  expect(first.extensions).toMatchObject({ cost: { requestedQueryCost: 2_301 } });
  const refused = await requestOverSocket(client, { query: dear });
  expect(refused).toMatchObject({
    errors: [{ extensions: { code: 'THROTTLED' } }],
    extensions: { cost: { requestedQueryCost: 2_301, throttleStatus: { maximumAvailable: 3_000 } } },
  });
  expect(await requestOverSocket(client, { query: cheap })).toMatchObject({ data: { analyses: { edges: [] } } });
  expect((await request(sightline.url, { apiKey, query: dear })).status).toBe(429);
  await client.dispose();
});

test('a subscription pays when it opens', async () => {
  const client = connect(sightline.url, { apiKey });
  await request(sightline.url, { apiKey, query: dear });
  const deep = `subscription { analysisEvents(filter: {}) { ... on AnalysisStatusChanged { analysis { task {
    analyses(first: 100) { edges { node { task { analyses(first: 20) { totalCount } } } } } } } } } }`;
  const [first] = await Array.fromAsync(client.iterate({ query: deep }));
  expect(first).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] });
  const overHttp = await openEventStream(sightline.url, { apiKey, query: deep });
  expect(await overHttp.next()).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] });
  overHttp.close();
  await client.dispose();
});

test('an operation that no budget would ever hold is refused for good', async () => {
  const { status, body } = await request(sightline.url, { apiKey, query: tooDear });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    { message: expect.stringContaining('at most 3000'), extensions: { code: 'QUERY_TOO_COSTLY' } },
  ]);
  const unlimited = await request(sightline.url, {
    apiKey: sightline.apiKey,
    query: tooDear.replace('{ id }', '{ task { analyses(first: 10) { totalCount } } }'),
  });
  expect(unlimited.body.errors).toMatchObject([
    { message: expect.stringContaining('at most 50000'), extensions: { code: 'QUERY_TOO_COSTLY' } },
  ]);
  expect((await request(sightline.url, { apiKey: sightline.apiKey, query: tooDear })).status).toBe(200);
});

test('a page size that is none is told by its own error', async () => {
  const query = 'query ($first: Int) { analyses(first: $first) { totalCount } }';
  const { body } = await request(sightline.url, { apiKey, query, variables: { first: 'many' } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('the schema is told without a key and without a budget', async () => {
  const { status, body } = await request(sightline.url, { query: '{ __schema { queryType { name } } }' });
  expect([status, body]).toEqual([200, { data: { __schema: { queryType: { name: 'Query' } } } }]);
});

test('what was spent and what was refused is counted', async () => {
  const text = await readMetrics(sightline);
  expect(Number(/^sightline_graphql_cost_total (\d+)$/m.exec(text)![1])).toBeGreaterThan(2_301);
  expect(text).toMatch(/^sightline_graphql_errors_total\{code="THROTTLED"\} [1-9]/m);
  expect(text).toMatch(/^sightline_graphql_errors_total\{code="QUERY_TOO_COSTLY"\} [1-9]/m);
});
