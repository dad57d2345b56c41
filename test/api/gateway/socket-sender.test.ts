import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ResponseMemory } from '../../../src/gateway/responses/response-size.ts';
import { SocketSender } from '../../../src/gateway/sockets/socket-sender.ts';

let server: WebSocketServer;
let client: WebSocket;
let connection: Socket;
let sender: SocketSender;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket, request]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [
    [WebSocket, IncomingMessage],
    unknown,
  ];
  connection = request.socket;
  sender = new SocketSender(socket, {
    connection,
    memory: new ResponseMemory(1_000_000),
    organizationId: () => 'org',
    stallMs: 10_000,
    moved: () => {},
    stalled: () => {},
  });
});

afterEach(() => {
  client.terminate();
  server.close();
});

/** Calls of the operating system that write to the connection. */
function countWrites(): () => number {
  const spies = [vi.spyOn(connection, '_writev' as never), vi.spyOn(connection, '_write')];
  return () => spies.reduce((sum, spy) => sum + (spy.mock.calls as unknown[]).length, 0);
}

test('messages of one moment are sent in one write, in their order', async () => {
  const received: string[] = [];
  const complete = new Promise<void>((resolve) => {
    client.on('message', (data) => {
      received.push(String(data));
      if (received.length === 20) resolve();
    });
  });
  const writes = countWrites();
  const messages = Array.from({ length: 20 }, (_, index) => `message ${index}`);
  // Ten of them in promises that follow each other, as the streams of a socket do.
  const sent = messages.slice(0, 10).map((text) => sender.send(text));
  for (const text of messages.slice(10)) sent.push(Promise.resolve().then(() => sender.send(text)));
  await Promise.all(sent);
  expect(writes()).toBe(1);
  await complete;
  expect(received).toEqual(messages);
});

test('a long message is not interrupted by short ones, and those that follow it come after it', async () => {
  const received: string[] = [];
  const complete = new Promise<void>((resolve) => {
    client.on('message', (data) => {
      received.push(String(data));
      if (received.length === 23) resolve();
    });
  });
  const messages = [
    'a',
    'b'.repeat(200_000),
    ...Array.from({ length: 20 }, (_, index) => `${index} ${'é'.repeat(5_000)}`),
  ];
  await Promise.all([...messages.map((text) => sender.send(text)), complete, sender.send('last')]);
  expect(received.map((text) => text.slice(0, 4))).toEqual([...messages, 'last'].map((text) => text.slice(0, 4)));
  expect(received.map((text) => text.length)).toEqual([...messages, 'last'].map((text) => text.length));
});

test('a later message has a write of its own', async () => {
  const writes = countWrites();
  await sender.send('one');
  await sender.send('two');
  expect(writes()).toBe(2);
});
