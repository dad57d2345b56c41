import {
  GraphQLFloat,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, openEventStream, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const maxBytes = 1_000_000;
/** What resolvers were called. */
const calls = { text: 0, change: 0 };
const json = { text: 'x'.repeat(5_000) };

const count = { count: { type: new GraphQLNonNull(GraphQLInt) } };
const Item: GraphQLObjectType = new GraphQLObjectType({
  name: 'Item',
  fields: () => ({
    text: {
      type: GraphQLString,
      args: count,
      resolve: (_item, args) => {
        calls.text += 1;
        return 'x'.repeat(args.count);
      },
    },
    later: {
      type: new GraphQLNonNull(GraphQLString),
      args: count,
      resolve: async (_item, args) => 'x'.repeat(args.count),
    },
    awkward: { type: GraphQLString, args: count, resolve: (_item, args) => '\u0001'.repeat(args.count) },
    number: { type: GraphQLFloat, resolve: () => 1.5 },
    json: { type: new GraphQLScalarType({ name: 'JSON' }), resolve: () => json },
    items: {
      type: new GraphQLList(new GraphQLNonNull(Item)),
      args: count,
      resolve: (_item, args) => Array(args.count).fill({}),
    },
    busy: {
      type: GraphQLInt,
      resolve: () => {
        const until = performance.now() + 2;
        while (performance.now() < until);
        return 1;
      },
    },
    failing: {
      type: GraphQLString,
      resolve: () => {
        throw new Error('no');
      },
    },
  }),
});
const item = { item: { type: new GraphQLNonNull(Item), resolve: () => ({}) } };
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: item }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      change: {
        type: Item,
        resolve: async () => {
          calls.change += 1;
          return {};
        },
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      events: {
        type: new GraphQLObjectType({
          name: 'Event',
          fields: { cursor: { type: GraphQLString }, text: { type: GraphQLString } },
        }),
        subscribe: async function* () {
          yield { cursor: 'c1', text: 'small' };
          yield { cursor: 'c2', text: 'x'.repeat(maxBytes) };
          yield { cursor: 'c3', text: 'small' };
        },
        resolve: (event) => event,
      },
    },
  }),
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, env: { MAX_RESPONSE_BYTES: String(maxBytes) } });
});
afterAll(() => gateway?.stop());

const run = (query: string) => request(gateway.url, { apiKey: gateway.apiKey, query });
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');
const tooLarge = { extensions: { code: 'RESPONSE_TOO_LARGE', limit: 'responseBytes' } };

describe('a response has at most MAX_RESPONSE_BYTES', () => {
  test.each([
    ['text', (length: number) => `{ item { text(count: ${length}) } }`, 25],
    ['text that comes later', (length: number) => `{ item { later(count: ${length}) } }`, 26],
  ])('%s may be as long as that, and no longer', async (_title, query, rest) => {
    const longest = maxBytes - rest - 60;
    expect((await run(query(longest))).status).toBe(200);
    const { status, body } = await run(query(maxBytes));
    expect([status, body.data, body.errors]).toMatchObject([400, undefined, [tooLarge]]);
    expect(body.errors[0].message).toContain(`${maxBytes} bytes`);
  });

  test.each([
    ['characters that JSON writes with six', `{ item { awkward(count: ${maxBytes / 5}) } }`],
    ['the same object under many names', `{ item { items(count: 10) { ${aliases(50, 'json')} } } }`],
    ['names of types', `{ item { items(count: 1000) { ${aliases(50, '__typename')} } } }`],
    ['errors', `{ item { items(count: 100) { ${aliases(60, 'failing')} } } }`],
    ['many small values', `{ item { items(count: 2000) { ${aliases(100, 'number')} } } }`],
  ])('of %s', async (_title, query) => {
    const { status, body } = await run(query);
    expect([status, body.data, body.errors]).toMatchObject([400, undefined, [tooLarge]]);
  });

  test('and what comes after that is not made', async () => {
    calls.text = 0;
    const { body } = await run(`{ item { items(count: 100) { ${aliases(100, `text(count: 10000)`)} } } }`);
    expect(body.errors).toMatchObject([tooLarge]);
    // Of 10,000 values 100 fit. The rest of the fields are not even begun.
    expect(calls.text).toBeLessThan(110);
  });

  test('of all operations of one request together', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gateway.apiKey },
      body: JSON.stringify(Array(5).fill({ query: '{ item { later(count: 300000) } }' })),
    });
    const answers = (await response.json()) as { errors?: unknown }[];
    expect(answers.filter(({ errors }) => errors === undefined).length).toBeLessThan(4);
    expect(answers.find(({ errors }) => errors)).toMatchObject({ errors: [tooLarge] });
  });

  test('over WebSocket too, and the socket lives', async () => {
    const client = connect(gateway.url, { apiKey: gateway.apiKey });
    const query = `{ item { text(count: ${maxBytes}) } }`;
    expect(await requestOverSocket(client, { query })).toMatchObject({ errors: [tooLarge] });
    expect(await requestOverSocket(client, { query: '{ item { number } }' })).toMatchObject({
      data: { item: { number: 1.5 } },
    });
    await client.dispose();
  });

  test('and the refusals are counted', async () => {
    const metrics = await readMetrics(gateway);
    expect(metrics).toMatch(/sightline_graphql_limits_broken_total\{limit="responseBytes"\} [1-9]/);
    expect(metrics).toMatch(/sightline_graphql_errors_total\{code="RESPONSE_TOO_LARGE"\} [1-9]/);
  });
});

test('a mutation that had changed something says so, and what follows is not begun', async () => {
  calls.change = 0;
  const { status, body } = await run(
    `mutation { first: change { number } second: change { text(count: ${maxBytes}) } third: change { number } }`,
  );
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    { ...tooLarge, message: expect.stringContaining('What first, second changed is stored') },
  ]);
  expect(calls.change).toBe(2);
});

describe('an event that is too large', () => {
  const query = 'subscription { events { cursor text } }';
  const expected = [
    { data: { events: { cursor: 'c1' } } },
    { errors: [{ extensions: { code: 'RESPONSE_TOO_LARGE', cursor: 'c2' } }] },
    { data: { events: { cursor: 'c3' } } },
  ];

  test('is an error with its cursor, and the stream goes on, over WebSocket', async () => {
    const client = connect(gateway.url, { apiKey: gateway.apiKey });
    expect(await Array.fromAsync(client.iterate({ query }))).toMatchObject(expected);
    await client.dispose();
  });

  test('and over HTTP', async () => {
    const stream = await openEventStream(gateway.url, { apiKey: gateway.apiKey, query });
    for (const event of expected) expect(await stream.next()).toMatchObject(event);
    expect(await stream.next()).toBeNull();
  });
});

test('a query that computes without a pause is stopped at its deadline, and others are served then', async () => {
  const hurried = await startTestGateway({ schema, queryDeadlineMs: 500 });
  const { apiKey } = hurried;
  const { status, body } = await request(hurried.url, { apiKey, query: '{ item { items(count: 100000) { busy } } }' });
  expect(status).toBe(503);
  expect(body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', limit: 'queryTime' } }]);
  expect((await fetch(`${hurried.url}/livez`)).status).toBe(200);
  await hurried.stop();
});
