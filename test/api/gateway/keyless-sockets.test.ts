import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ keylessSockets: { maxSockets: 3, lifetimeMs: 2_000 } });
});
afterAll(() => gateway?.stop());

const sockets: WebSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

/** A socket that has been acknowledged. */
async function open(payload: object = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  sockets.push(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await once(socket, 'message');
  return socket;
}

/** The answer to an operation; it has its id. */
async function ask(socket: WebSocket, query: string, extensions?: object): Promise<unknown> {
  const id = String(Math.random());
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, extensions } }));
  for (;;) {
    const [data] = await once(socket, 'message');
    const message = JSON.parse(String(data));
    if (message.id === id && message.type === 'next') return message.payload.data;
  }
}

async function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = await once(socket, 'close');
  return { code, reason: String(reason) };
}

const extensions = () => ({ headers: { 'X-API-Key': gateway.apiKey } });

test('a socket without a key is closed after its time, for good; one with a key stays', async () => {
  const withKey = await open({ apiKey: gateway.apiKey });
  const keyLater = await open();
  await ask(keyLater, '{ hello }', extensions());
  const without = await open();
  expect(await ask(without, '{ __typename }')).toEqual({ __typename: 'Query' });
  expect(await closed(without)).toEqual({
    code: 4401,
    reason: expect.stringContaining('No API key was received within 2 s'),
  });
  expect(await ask(withKey, '{ hello }')).toEqual({ hello: 'world' });
  expect(await ask(keyLater, '{ hello }', extensions())).toEqual({ hello: 'world' });
});

test('of too many without a key the oldest goes, and whoever has one comes in', async () => {
  const oldest = await open();
  const ending = closed(oldest);
  const others = [await open(), await open()];
  // It is without a key for a moment, and takes the place of the oldest.
  const withKey = await open({ apiKey: gateway.apiKey });
  expect(await ending).toMatchObject({ code: 1013 });
  const newest = await open();
  for (const socket of [...others, newest, withKey])
    expect(await ask(socket, '{ __typename }')).toEqual({ __typename: 'Query' });
});
