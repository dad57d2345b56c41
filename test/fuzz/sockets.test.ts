import fc from 'fast-check';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql/index.js';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Draw, drawFrom } from './support/draw.ts';
import { operation } from './support/operations.ts';
import { announce, runs, seed } from './support/runs.ts';
import { hangLimitMs, startTarget, type Target } from './support/target.ts';
import type { Ids } from './support/values.ts';
import { createWorld } from './support/world.ts';

const atOnce = 10;
const marker = 'BELONGS-TO-SOMEBODY-ELSE';

test('conversations over sockets, in and out of the protocol, end by the client or with a code that tells why', async () => {
  const target = await startTarget();
  const own = await createWorld(target, 'ours');
  const other = await createWorld(target, marker);
  const schema = buildClientSchema(await own.user.run(getIntrospectionQuery({ oneOf: true })));
  const ids = { own: own.ids, foreign: other.ids };
  const count = runs(500);
  announce('conversations', count);
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = drawFrom(gen);
      const apiKey = await target.createKey(own.organizationId);
      const scripts = Array.from({ length: atOnce }, () => script(draw, schema, ids, apiKey));
      const faults = await Promise.all(scripts.map((lines) => converse(target, lines)));
      expect([...faults.flat(), ...target.troubles()]).toEqual([]);
    }),
    { seed, numRuns: Math.ceil(count / atOnce), endOnFailure: true },
  );
});

/** What a client sends, one message after the other. */
function script(draw: Draw, schema: GraphQLSchema, ids: Ids, apiKey: string): string[] {
  const messages: string[] = [];
  if (draw.chance(0.9)) messages.push(JSON.stringify({ type: 'connection_init', payload: { apiKey } }));
  for (let left = draw.int(0, 12); left > 0; left--) messages.push(message(draw, schema, ids, apiKey));
  return messages;
}

function message(draw: Draw, schema: GraphQLSchema, ids: Ids, apiKey: string): string {
  const id = String(draw.int(1, 4));
  switch (draw.int(0, 9)) {
    case 0:
      return draw.pick(['', '{', 'null', '[]', '"x"', '{"type":1}', `{"type":"${'x'.repeat(1000)}"}`, '\u0000']);
    case 1:
      return JSON.stringify({ type: 'connection_init', payload: { apiKey: draw.pick([apiKey, 'nobody']) } });
    case 2:
      return JSON.stringify({ type: 'complete', id });
    case 3:
      return JSON.stringify({ type: draw.pick(['ping', 'pong']), payload: { a: [1] } });
    case 4:
      return JSON.stringify({
        type: 'subscribe',
        id,
        payload: draw.pick([{}, null, { query: 7 }, { query: '{' }, { query: '{ nothing }' }]),
      });
    default: {
      const kind = draw.pick(['subscription', 'subscription', 'query', 'mutation'] as const);
      return JSON.stringify({ type: 'subscribe', id, payload: operation(draw, schema, kind, ids) });
    }
  }
}

/** Codes of the protocol and of ours; 1005 and 1006 are the client's own end. 4500 means that something was thrown. */
const expectedCodes = [1000, 1001, 1005, 1006, 1009, 1013, 4400, 4401, 4403, 4408, 4409, 4429];

/** @returns what went wrong. */
async function converse(target: Target, lines: readonly string[]): Promise<string[]> {
  const socket = new WebSocket(`${target.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const received: string[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data) => received.push(String(data)));
  socket.on('error', () => {});
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
  for (const line of lines) if (socket.readyState === WebSocket.OPEN) socket.send(line);
  // A ping of the protocol is answered when everything before it was looked at.
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'ping', payload: { last: true } }));
  await Promise.race([answerTo(socket, '"last":true'), closed]);
  socket.close();
  const code = await closed;
  const faults = received.filter((text) => text.includes(marker) || /"code":"INTERNAL"/.test(text));
  if (!expectedCodes.includes(code)) faults.push(`closed with ${code}`);
  return faults.map((fault) => `${fault.slice(0, 500)}\n${lines.join('\n').slice(0, 2000)}`);
}

function answerTo(socket: WebSocket, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`No answer on a socket for ${hangLimitMs / 1000} s.`)),
      hangLimitMs,
    );
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.on('message', (data) => String(data).includes(part) && stop());
    socket.once('close', stop);
  });
}
