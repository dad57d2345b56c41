import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { drawFrom } from './support/draw.ts';
import { mutate } from './support/mutate.ts';
import { announce, runs, seed } from './support/runs.ts';
import { hangLimitMs, startTarget, type Target } from './support/target.ts';

const atOnce = 10;
const boundary = 'fuzz-boundary';

test('broken multipart bodies are answered or hung up on, and leave the gateway as it was', async () => {
  const target = await startTarget();
  const apiKey = await target.createKey(await target.createOrganization('Multipart'));
  const good = await goodBody();
  const count = runs(500);
  announce('multipart bodies', count);
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const draw = drawFrom(gen);
      const requests = Array.from({ length: atOnce }, () => {
        const body = mutate(draw, good, [good, Buffer.from(`\r\n--${boundary}--\r\n`), Buffer.from('\r\n\r\n')]);
        // The length that is announced may be another one than that of what comes.
        const announced = draw.chance(0.2) ? body.length + draw.int(-50, 50) : body.length;
        return { body, announced: Math.max(0, announced), hangUp: draw.chance(0.2) };
      });
      const answers = await Promise.all(requests.map((request) => send(target, apiKey, request)));
      expect([...answers.filter((line) => / 5\d\d /.test(line)), ...target.troubles()]).toEqual([]);
    }),
    { seed, numRuns: Math.ceil(count / atOnce), endOnFailure: true },
  );
});

async function goodBody(): Promise<Buffer> {
  const query =
    'mutation ($a: Upload!, $b: Upload!) { uploadImages(images: [{ source: { upload: $a } }, { source: { upload: $b } }]) { ... on Image { id } ... on UserError { code } } }';
  const file = await picture({ noise: true });
  const part = (head: string, body: Buffer | string) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]);
  return Buffer.concat([
    part('name="operations"', JSON.stringify({ query, variables: { a: null, b: null } })),
    part('name="map"', JSON.stringify({ 0: ['variables.a'], 1: ['variables.b'] })),
    part('name="0"; filename="a.jpg"\r\nContent-Type: image/jpeg', file),
    part('name="1"; filename="b.jpg"\r\nContent-Type: image/jpeg', file),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

interface Request {
  body: Buffer;
  announced: number;
  /** After half of it, without waiting for an answer. */
  hangUp: boolean;
}

/** @returns the first line of the answer; empty when the connection ended without one. */
async function send(target: Target, apiKey: string, { body, announced, hangUp }: Request): Promise<string> {
  const { hostname, port } = new URL(target.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-API-Key: ${apiKey}\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${announced}\r\n\r\n`,
  );
  if (hangUp) {
    socket.end(body.subarray(0, body.length >> 1));
    socket.destroySoon();
    return '';
  }
  socket.end(body);
  return firstLine(socket);
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setTimeout(hangLimitMs * 3, () => {
      socket.destroy();
      reject(new Error(`No end of the connection for ${(hangLimitMs * 3) / 1000} s.`));
    });
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text.split('\r\n')[0]!));
  });
}
