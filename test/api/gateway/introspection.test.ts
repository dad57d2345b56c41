import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, request, requestOverSocket } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const query = '{ ...Root } fragment Root on Query { s: __schema { queryType { name } } }';
const schema = { s: { queryType: { name: 'Query' } } };

describe.each([
  { setting: 'key', withKey: schema, withoutKey: 'UNAUTHENTICATED' },
  { setting: 'off', withKey: 'FORBIDDEN', withoutKey: 'FORBIDDEN' },
])('INTROSPECTION=$setting', ({ setting, withKey, withoutKey }) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ env: { INTROSPECTION: setting } });
  });
  afterAll(() => gateway?.stop());

  const outcome = ({ data, errors }: { data?: unknown; errors?: readonly unknown[] }) =>
    (errors?.[0] as { extensions: { code: string } } | undefined)?.extensions.code ?? data;

  test('answers questions about the schema to whom it says, over HTTP and WebSocket', async () => {
    const { apiKey } = gateway;
    expect(outcome((await request(gateway.url, { query, apiKey })).body)).toEqual(withKey);
    expect(outcome((await request(gateway.url, { query })).body)).toEqual(withoutKey);
    const clients = [connect(gateway.url, { apiKey }), connect(gateway.url)] as const;
    expect(outcome(await requestOverSocket(clients[0], { query }))).toEqual(withKey);
    expect(outcome(await requestOverSocket(clients[1], { query }))).toEqual(withoutKey);
    await Promise.all(clients.map((client) => client.dispose()));
  });

  test('leaves __typename, and everything else, alone', async () => {
    expect((await request(gateway.url, { query: '{ __typename }' })).body).toEqual({ data: { __typename: 'Query' } });
    const { body } = await request(gateway.url, { query: '{ __typename hello }', apiKey: gateway.apiKey });
    expect(body.data).toEqual({ __typename: 'Query', hello: 'world' });
  });
});

test('with GRAPHIQL=off a browser is told so, and programs notice nothing', async () => {
  const gateway = await startTestGateway({ env: { GRAPHIQL: 'off' } });
  const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*' } });
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { message: expect.stringContaining('GRAPHIQL') },
  ]);
  expect((await request(gateway.url, { query: '{ hello }', apiKey: gateway.apiKey })).body.data).toEqual({
    hello: 'world',
  });
  await gateway.stop();
});
