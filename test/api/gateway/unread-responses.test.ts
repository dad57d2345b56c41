import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { connect, readMetrics, request, requestOverSocket } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const stallMs = 1_000;
/** More than the kernel holds for one connection. */
const length = 20_000_000;
const query = `{ text(count: ${length}) }`;
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      text: {
        type: GraphQLString,
        args: { count: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_root, { count }) => 'x'.repeat(count),
      },
      slow: { type: GraphQLInt, resolve: () => new Promise((resolve) => setTimeout(resolve, 2.5 * stallMs, 1)) },
    },
  }),
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, stallMs });
});
afterAll(() => gateway?.stop());

const counted = async (limit: string) => {
  const text = await readMetrics(gateway);
  return Number(new RegExp(`limits_broken_total\\{limit="${limit}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};

/** Asks over HTTP, and reads nothing until told to. */
async function ask(): Promise<Socket> {
  const socket = connectTcp(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify({ query });
  socket.pause();
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-API-Key: ${gateway.apiKey}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Reads a piece at a time with pauses, so that it takes several times as long as a stall may. */
async function readSlowly(socket: Socket): Promise<number> {
  let received = 0;
  const waited = once(socket, 'close');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    received += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), (chunk.length / length) * 4 * stallMs);
    if (received >= length) socket.destroy();
  });
  socket.resume();
  await waited;
  return received;
}

test('a response over HTTP of which nothing moves is given up, with its connection', async () => {
  const socket = await ask();
  socket.on('error', () => undefined);
  await expect.poll(() => counted('unreadResponse'), { timeout: 30_000 }).toBe(1);
  socket.resume();
  await once(socket, 'close');
});

test('one that is read slowly is not, however long it takes', async () => {
  const before = await counted('unreadResponse');
  expect(await readSlowly(await ask())).toBeGreaterThanOrEqual(length);
  expect(await counted('unreadResponse')).toBe(before);
});

test('nor is a request whose response takes long to make', async () => {
  const { body } = await request(gateway.url, { apiKey: gateway.apiKey, query: '{ slow }' });
  expect(body.data).toEqual({ slow: 1 });
});

test('a message over WebSocket of which nothing moves is given up, with its socket, whatever the client sends', async () => {
  const before = await counted('unreadResponse');
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: gateway.apiKey } }));
  await once(socket, 'message');
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const pongs = setInterval(() => socket.pong(), 100);
  await expect.poll(() => counted('unreadResponse'), { timeout: 30_000 }).toBe(before + 1);
  clearInterval(pongs);
  socket.terminate();
});

test('long messages over WebSocket arrive whole, others between them, in the order of each operation', async () => {
  const client = connect(gateway.url, { apiKey: gateway.apiKey });
  const answers = await Promise.all(
    [3_000_000, 5, 1_000_000, 16_384, 65_536].map(async (count) => {
      const { data } = await requestOverSocket(client, { query: `{ text(count: ${count}) }` });
      return (data as { text: string }).text.length;
    }),
  );
  expect(answers).toEqual([3_000_000, 5, 1_000_000, 16_384, 65_536]);
  await client.dispose();
});

test('responses that nobody has read leave no room for more of that organisation, until they are read or given up', async () => {
  const crowded = await startTestGateway({ schema, env: { MAX_RESPONSE_BYTES: '8000000' } });
  const { apiKey } = crowded;
  const ten = `{ text(count: 7000000) }`;
  const body = JSON.stringify({ query: ten });
  const sockets = Array.from({ length: 8 }, () => {
    const socket = connectTcp(crowded.port, '127.0.0.1').on('error', () => undefined);
    socket.pause();
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-API-Key: ${apiKey}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  });
  const ask = () => request(crowded.url, { apiKey, query: ten });
  await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(503);
  const refused = await ask();
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', limit: 'responseMemory' } }]);
  expect(refused.headers.get('retry-after')).toBe('5');
  // What is small has room.
  expect((await request(crowded.url, { apiKey, query: '{ text(count: 10) }' })).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(200);
  await crowded.stop();
});
