import { once } from 'node:events';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestGateway, type TestGateway } from './harness.ts';

const operations = 100;
let begun: number;
let left: number;

/** Streams whose beginning takes some milliseconds of processor time, and that never deliver. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLString, resolve: () => 'world' } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { heavy: { type: GraphQLInt, subscribe: beginHeavily } },
  }),
});

function beginHeavily(): AsyncIterableIterator<number> {
  const endsAtMs = performance.now() + 3;
  while (performance.now() < endsAtMs);
  begun += 1;
  const ended = Promise.withResolvers<IteratorResult<number>>();
  return {
    next: () => ended.promise,
    async return() {
      left += 1;
      ended.resolve({ done: true, value: undefined });
      return ended.promise;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ schema });
});
afterAll(() => gateway?.stop());
beforeEach(() => {
  begun = 0;
  left = 0;
});

async function connect(): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: gateway.apiKey } }));
  await once(socket, 'message');
  return socket;
}

function subscribeAll(socket: WebSocket): void {
  for (let id = 0; id < operations; id += 1)
    socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: 'subscription { heavy }' } }));
}

test('a request is answered before all of many operations of a socket have begun', async () => {
  const socket = await connect();
  subscribeAll(socket);
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': gateway.apiKey },
    body: JSON.stringify({ query: '{ hello }' }),
  });
  expect(await response.json()).toMatchObject({ data: { hello: 'world' } });
  expect(begun).toBeLessThan(operations);
  await expect.poll(() => begun, { timeout: 20_000 }).toBe(operations);
  socket.close();
  await expect.poll(() => left, { timeout: 20_000 }).toBe(operations);
});

test('operations that were waiting when their socket closed are not begun, and the others are left', async () => {
  const socket = await connect();
  subscribeAll(socket);
  await expect.poll(() => begun, { interval: 1 }).toBeGreaterThan(0);
  socket.terminate();
  await expect.poll(() => left, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => left === begun, { timeout: 20_000 }).toBe(true);
  expect(begun).toBeLessThan(operations);
});
