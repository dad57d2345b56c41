import { randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { InterruptedRequestError } from '../../../src/gateway/http/request-body.ts';
import { answer, readMetrics, request, upload } from '../../support/client.ts';
import { filePart, multipartHead } from '../../support/multipart.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

const maxUploadBytes = 100_000;
const maxRequestBytes = 1_000_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    env: {
      // The larger one limits files before it is known what they are.
      ...{ MAX_UPLOAD_BYTES: String(maxUploadBytes), MAX_VIDEO_BYTES: String(maxUploadBytes) },
      MAX_REQUEST_BYTES: String(maxRequestBytes),
    },
  });
});
afterAll(() => gateway?.stop());
beforeEach(() => {
  gateway.tiny.failedUploads.length = 0;
  gateway.tiny.readingUploads = 0;
  gateway.logged.length = 0;
});

const hash = 'mutation ($files: [Upload]!) { hash(files: $files) }';

function sendFiles(blobs: Blob[], query = hash) {
  return upload(gateway.url, {
    query,
    variables: { files: blobs.map(() => null) },
    files: Object.fromEntries(blobs.map((blob, index) => [`variables.files.${index}`, blob])),
    apiKey: gateway.apiKey,
  });
}

test('files arrive whole and in their places', async () => {
  const files = [randomBytes(90_000), randomBytes(1), Buffer.alloc(0), randomBytes(80_000)];
  const { status, body } = await sendFiles(files.map((bytes) => new Blob([bytes])));
  expect(status).toBe(200);
  expect(body.data.hash).toEqual(files.map((bytes, index) => `file-${index} ${bytes.length} ${sha256(bytes)}`));
});

test('a long name of a file is cut, its extension kept', async () => {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: hash, variables: { files: [null] } }));
  form.append('map', '{"0":["variables.files.0"]}');
  form.append('0', new Blob(['x']), `${'n'.repeat(10_000)}.jpeg`);
  const headers = { 'x-api-key': gateway.apiKey };
  const { body } = await answer(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: form }));
  expect(body.data.hash[0].split(' ')[0]).toBe(`${'n'.repeat(250)}.jpeg`);
});

test('a file of exactly the limit passes, one byte more fails that file and not the others', async () => {
  const sizes = [maxUploadBytes, maxUploadBytes + 1, maxUploadBytes + 2, 3 * maxUploadBytes, 10];
  const { status, body } = await sendFiles(sizes.map((size) => new Blob([Buffer.alloc(size, 7)])));
  expect(status).toBe(200);
  const outcomes = body.data.hash.map((text: string) => text.split(' ').slice(0, -1).join(' '));
  expect(outcomes).toEqual([`file-0 ${maxUploadBytes}`, ...Array(3).fill('larger than'), 'file-4 10']);
});

test('a request over the limit is PAYLOAD_TOO_LARGE before any of it is read', async () => {
  const { status, body } = await sendFiles([new Blob([Buffer.alloc(maxRequestBytes)])]);
  expect(status).toBe(413);
  expect(body.errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
});

test('a request over the limit that does not say its length is PAYLOAD_TOO_LARGE too', async () => {
  const boundary = 'x';
  const head = multipartHead(boundary, { query: hash, variables: { files: Array(20).fill(null) } }, 20);
  const part = Buffer.alloc(90_000, 1);
  async function* chunks() {
    yield Buffer.from(head);
    for (let index = 0; index < 20; index += 1) {
      yield Buffer.from(filePart(boundary, String(index)));
      yield part;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }
  const { status, body } = await answer(
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-api-key': gateway.apiKey },
      body: chunks() as never,
      duplex: 'half',
    } as RequestInit),
  );
  expect(status).toBe(413);
  expect(body.errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
});

test('JSON over its own, smaller limit is PAYLOAD_TOO_LARGE, with its length said or not', async () => {
  const text = JSON.stringify({ query: '{ hello }', variables: { filler: 'x'.repeat(32_000_000) } });
  const send = (body: unknown) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gateway.apiKey },
      body: body as never,
      duplex: 'half',
    } as RequestInit);
  const said = await answer(await send(text));
  expect([said.status, said.body.errors[0].extensions.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const unsaid = await answer(await send(chunksOf(text)));
  expect([unsaid.status, unsaid.body.errors[0].extensions.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

test('JSON without a key may be large enough for a question about the schema, and no larger', async () => {
  const send = async (filler: number) => {
    const variables = { filler: 'x'.repeat(filler) };
    return (await request(gateway.url, { query: '{ __typename }', variables })).status;
  };
  expect(await send(900_000)).toBe(200);
  expect(await send(1_000_000)).toBe(413);
});

test('too many files are refused before the first is read', async () => {
  const { status, body } = await sendFiles(Array.from({ length: 501 }, () => new Blob(['x'])));
  expect(status).toBe(413);
  expect(body.errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
  expect(body.errors[0].message).toContain('500 files');
  const metrics = await readMetrics(gateway);
  // The six requests of this file that were too large, each once.
  expect(metrics).toContain('sightline_graphql_limits_broken_total{limit="requestBytes"} 6');
});

test('nobody without a key gets to send files', async () => {
  const { status, body } = await upload(gateway.url, {
    query: hash,
    variables: { files: [null] },
    files: { 'variables.files.0': new Blob(['x']) },
  });
  expect(status).toBe(401);
  expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
});

test.each(['ignore', 'rejectEarly'])(
  'a resolver that reads no file is answered although large ones are on their way (%s)',
  async (field) => {
    const files = Array.from({ length: 9 }, () => new Blob([Buffer.alloc(100_000)]));
    const { status, body } = await sendFiles(files, `mutation ($files: [Upload]!) { ${field}(files: $files) }`);
    expect(status).toBe(200);
    expect(body.data[field]).toBe(field === 'ignore' ? true : null);
  },
);

test('a client that hangs up half-way fails its upload as interrupted, and others go on', async () => {
  const socket = await openTcp();
  const boundary = 'x';
  const head = multipartHead(boundary, { query: hash, variables: { files: [null, null] } }, 2);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nX-API-Key: ${gateway.apiKey}\r\nContent-Length: 90000\r\n` +
      `Content-Type: multipart/form-data; boundary=${boundary}\r\n\r\n${head}${filePart(boundary, '0')}half of it`,
  );
  await expect.poll(() => gateway.tiny.readingUploads, { timeout: 10_000 }).toBe(1);
  socket.destroy();
  await expect.poll(() => gateway.tiny.failedUploads.length, { timeout: 10_000 }).toBe(2);
  expect(gateway.tiny.failedUploads).toEqual([
    expect.any(InterruptedRequestError),
    expect.any(InterruptedRequestError),
  ]);
  expect((await request(gateway.url, { query: '{ hello }', apiKey: gateway.apiKey })).status).toBe(200);
  expect(gateway.logged.filter(({ level }) => (level as number) >= 50)).toEqual([]);
});

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function openTcp(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(gateway.port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}
