import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { serveParent } from './child.ts';
import { sharedClockMs } from './clock.ts';

export interface ToEchoClient {
  port: number;
  sockets: number;
  messages: number;
  messagesPerSecond: number;
}

/** About as long as a status change on the wire. */
const padding = 'x'.repeat(380);

/** Sends messages at a steady rate over many sockets in turn; answers with the milliseconds until each came back. */
serveParent<ToEchoClient, number[]>(async ({ port, sockets, messages, messagesPerSecond }) => {
  const open = await Promise.all(Array.from({ length: sockets }, () => connect(port)));
  const timesMs: number[] = [];
  const all = Promise.withResolvers<void>();
  for (const socket of open)
    socket.on('message', (data) => {
      timesMs.push(sharedClockMs() - Number.parseFloat(data.toString()));
      if (timesMs.length === messages) all.resolve();
    });
  const startedAt = sharedClockMs();
  for (let index = 0; index < messages; index++) {
    const dueInMs = startedAt + (index * 1000) / messagesPerSecond - sharedClockMs();
    if (dueInMs > 0) await delay(dueInMs);
    open[index % open.length]!.send(`${sharedClockMs()} ${padding}`);
  }
  await all.promise;
  for (const socket of open) socket.terminate();
  return timesMs;
});

async function connect(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  return socket;
}
