import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../../src/database/pool.ts';
import { connect, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const never = { never: { type: GraphQLInt, resolve: () => new Promise(() => {}) } };
/** Takes longer than a query may. */
const slow = { slow: { type: GraphQLInt, resolve: () => new Promise((resolve) => setTimeout(resolve, 300, 1)) } };
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: never }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: slow }),
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, queryDeadlineMs: 100 });
});
afterAll(() => gateway?.stop());

const tooSlow = [{ message: expect.stringContaining('longer than 0.1 s'), extensions: { code: 'UNAVAILABLE' } }];

test('a query that takes too long is answered all the same, over HTTP and WebSocket, and counted', async () => {
  const { status, body } = await request(gateway.url, { apiKey: gateway.apiKey, query: '{ never }' });
  expect(status).toBe(503);
  expect(body.errors).toMatchObject(tooSlow);
  const client = connect(gateway.url, { apiKey: gateway.apiKey });
  expect(await requestOverSocket(client, { query: '{ never }' })).toMatchObject({ errors: tooSlow });
  await client.dispose();
  const metrics = await readMetrics(gateway);
  expect(metrics).toContain('sightline_graphql_limits_broken_total{limit="queryTime"} 2');
});

test('a change takes as long as it takes', async () => {
  const { body } = await request(gateway.url, { apiKey: gateway.apiKey, query: 'mutation { slow }' });
  expect(body.data).toEqual({ slow: 1 });
});

test('a statement that takes too long is ended by the database, and answered with what to do', async () => {
  const limited = createDatabase({ url: gateway.database.url, maxConnections: 1, statementTimeoutMs: 200 });
  const sleep = { sleep: { type: GraphQLInt, resolve: () => limited.pool.query('select pg_sleep(60)') } };
  const another = await startTestGateway({
    schema: new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: never }),
      mutation: new GraphQLObjectType({ name: 'Mutation', fields: sleep }),
    }),
  });
  try {
    const { status, body } = await request(another.url, { apiKey: another.apiKey, query: 'mutation { sleep }' });
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      { path: ['sleep'], message: expect.stringContaining('Retry'), extensions: { code: 'UNAVAILABLE' } },
    ]);
    const told = another.logged.filter(({ errorId }) => errorId === body.errors[0].extensions.id);
    expect(told).toMatchObject([{ err: { code: '57014' } }]);
    const metrics = await readMetrics(another);
    expect(metrics).toContain('sightline_graphql_errors_total{code="UNAVAILABLE"} 1');
  } finally {
    await another.stop();
    await limited.close();
  }
});
