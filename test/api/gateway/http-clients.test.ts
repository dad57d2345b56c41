import { request as httpRequest } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, answer, request } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

/** What client libraries of all sorts send over HTTP. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.stop());

type Body = string | Uint8Array<ArrayBuffer>;

async function post(body: Body, headers: Record<string, string> = {}): Promise<Answer> {
  const all = { 'content-type': 'application/json', 'x-api-key': gateway.apiKey, ...headers };
  return answer(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: all, body }));
}

const hello = { data: { hello: 'world' } };
const asked = JSON.stringify({ query: '{ hello }' });

describe('an operation is taken', () => {
  test.each<[string, object]>([
    ['an empty operationName', { operationName: '' }],
    ['nulls for what it lacks', { operationName: null, variables: null, extensions: null }],
    ['keys of other servers', { id: '1', key: 2, doc_id: 'x', documentId: 'y' }],
  ])('with %s', async (_title, more) => {
    expect((await post(JSON.stringify({ query: '{ hello }', ...more }))).body).toMatchObject(hello);
    const [first] = (await post(JSON.stringify([{ query: '{ hello }', ...more }, { query: '{ hello }' }]))).body;
    expect(first).toMatchObject(hello);
  });

  test('with an empty operationName that has a name', async () => {
    expect((await post(JSON.stringify({ query: 'query Name { hello }', operationName: '' }))).body).toMatchObject(
      hello,
    );
  });

  test.each([
    'APPLICATION/JSON',
    'Application/Json; Charset="UTF-8"',
    'application/json ;charset=utf8',
    'application/graphql+json',
  ])('of type %s', async (type) => {
    expect((await post(asked, { 'content-type': type })).body).toMatchObject(hello);
  });

  test('as text of type Application/GraphQL', async () => {
    expect((await post('{ hello }', { 'content-type': 'Application/GraphQL' })).body).toMatchObject(hello);
  });

  test('as a form, and by GET with empty parameters', async () => {
    const type = 'Application/X-WWW-Form-Urlencoded';
    expect((await post('query=%7Bhello%7D&operationName=', { 'content-type': type })).body).toMatchObject(hello);
    const headers = { 'x-api-key': gateway.apiKey, accept: 'application/json' };
    const url = `${gateway.url}/graphql?query=%7Bhello%7D&variables=&extensions=&operationName=`;
    expect((await answer(await fetch(url, { headers }))).body).toMatchObject(hello);
  });

  test('behind a byte order mark', async () => {
    expect((await post(`\ufeff${asked}`)).body).toMatchObject(hello);
  });
});

describe('a body that is not what it looks like', () => {
  test('is refused by name when it is compressed in a way that is not taken', async () => {
    const got = await post(new Uint8Array(brotliCompressSync(asked)), { 'content-encoding': 'br' });
    expect(got.status).toBe(415);
    expect(got.body.errors[0]).toMatchObject({
      message: expect.stringMatching(/Content-Encoding "br".*gzip/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test.each([
    ['that is not gzip', () => Buffer.from(asked)],
    ['that ends too early', () => gzipSync(asked).subarray(0, 20)],
  ])('is told so when it says gzip and is something %s', async (_title, body) => {
    const got = await post(new Uint8Array(body()), { 'content-encoding': 'gzip' });
    expect([got.status, got.body.errors[0].message]).toEqual([400, expect.stringContaining('"gzip"')]);
  });

  test('may say that it is not compressed', async () => {
    expect((await post(asked, { 'content-encoding': 'identity' })).body).toMatchObject(hello);
  });

  test('is told its encoding when it is not UTF-8', async () => {
    for (const text of [asked, `\ufeff${asked}`]) {
      const wide = await post(new Uint8Array(Buffer.from(text, 'utf16le')));
      expect([wide.status, wide.body.errors[0].message]).toEqual([415, 'The request is UTF-16. Send it as UTF-8.']);
    }
    const latin = await post(new Uint8Array(Buffer.from('{"query":"{ hello } # é"}', 'latin1')));
    expect([latin.status, latin.body.errors[0].message]).toEqual([400, expect.stringContaining('not UTF-8')]);
  });

  test.each([
    ['long', `{"query":"${'secret'.repeat(500_000)}`],
    ['of NUL', '\0'.repeat(900_000)],
  ])('is not repeated in the error (%s)', async (_title, body) => {
    const got = await post(body);
    expect(got.status).toBe(400);
    expect(JSON.stringify(got.body).length).toBeLessThan(300);
    expect(got.body.errors[0].message).toContain('not JSON');
  });
});

describe('a body that is gzipped', () => {
  test.each(['gzip', 'x-gzip', 'GZIP'])('is unpacked (%s)', async (coding) => {
    const got = await post(new Uint8Array(gzipSync(asked)), { 'content-encoding': coding });
    expect(got.body).toMatchObject(hello);
  });

  test('is unpacked where it has files', async () => {
    const form = new FormData();
    form.set(
      'operations',
      JSON.stringify({ query: 'mutation ($f: [Upload]!) { hash(files: $f) }', variables: { f: [null] } }),
    );
    form.set('map', JSON.stringify({ 0: ['variables.f.0'] }));
    form.set('0', new File(['content'], 'a.jpg'));
    const plain = new Response(form);
    const body = new Uint8Array(gzipSync(Buffer.from(await plain.arrayBuffer())));
    const got = await post(body, { 'content-type': plain.headers.get('content-type')!, 'content-encoding': 'gzip' });
    expect(got.body.data.hash[0]).toContain('a.jpg 7 ');
  });

  test.each([
    ['with a key', 32_000_000, () => ({})],
    ['without a key', 1_000_000, () => ({ 'x-api-key': '' })],
  ])('is as large as one that is not, %s: what unpacks to more is refused', async (_title, limitBytes, headers) => {
    // 200 MB in 200 kB.
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200_000_000, ' ')));
    const got = await post(bomb, { 'content-encoding': 'gzip', ...headers() });
    expect(got.status).toBe(413);
    expect(got.body.errors[0]).toMatchObject({
      message: expect.stringContaining(`${limitBytes} bytes`),
      extensions: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });
});

describe('a client that waits to be asked for the body', () => {
  const expectContinue = (headers: Record<string, string | number>, body: string) =>
    new Promise<{ status: number | undefined; asked: boolean }>((resolve, reject) => {
      let asked = false;
      const all = { expect: '100-continue', 'content-type': 'application/json', ...headers };
      const client = httpRequest(`${gateway.url}/graphql`, { method: 'POST', headers: all });
      client.once('continue', () => {
        asked = true;
        client.end(body);
      });
      client.once('error', reject);
      client.once('response', (response) => {
        resolve({ status: response.statusCode, asked });
        client.destroy();
      });
      client.flushHeaders();
    });
  const multipart = 'multipart/form-data; boundary=x';

  test('is asked when the request may come', async () => {
    const headers = { 'x-api-key': gateway.apiKey, 'content-length': asked.length };
    expect(await expectContinue(headers, asked)).toEqual({ status: 200, asked: true });
  });

  test.each<[string, number, () => Record<string, string | number>]>([
    ['with an unknown key', 401, () => ({ 'x-api-key': 'sl_nobody', 'content-length': 100 })],
    ['without a key for files', 403, () => ({ 'content-type': multipart, 'content-length': 100 })],
    ['too large', 413, () => ({ 'x-api-key': gateway.apiKey, 'content-length': 2_000_000_000 })],
    [
      'too large, with files',
      413,
      () => ({ 'x-api-key': gateway.apiKey, 'content-type': multipart, 'content-length': 2_000_000_000 }),
    ],
    ['of another type', 415, () => ({ 'x-api-key': gateway.apiKey, 'content-type': 'a/b', 'content-length': 100 })],
  ])('is not asked for a request %s', async (_title, status, headers) => {
    expect(await expectContinue(headers(), asked)).toEqual({ status, asked: false });
  });
});

describe('what JSON may hold', () => {
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

  test.each([
    ['many keys in a variable that is not used', keys(100_001)],
    ['many entries', Array(100_001).fill(0)],
    ['many levels', nested(500)],
  ])('is bounded before it is parsed: %s', async (_title, unused) => {
    const got = await post(JSON.stringify({ query: '{ hello }', variables: { unused } }));
    expect(got.status).toBe(400);
    expect(got.body.errors[0]).toMatchObject({
      message: expect.stringMatching(/more than \d+ (values|levels)/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('is bounded in a GET as well', async () => {
    const url = `${gateway.url}/graphql?query=%7Bhello%7D&variables=${'['.repeat(5_000)}`;
    const got = await answer(await fetch(url, { headers: { 'x-api-key': gateway.apiKey } }));
    expect(got.status).toBe(400);
    expect(got.body.errors[0].message).toContain('levels');
  });

  test('is 4 MB, and 32 MB for an operation that declares base64', async () => {
    const carrier = await startTestGateway({ schema: schemaWithBytes() });
    try {
      const send = (query: string, size: number) =>
        request(carrier.url, { query, variables: { picture: 'A'.repeat(size) }, apiKey: carrier.apiKey });
      const plain = 'query ($picture: String) { sizeOf(text: $picture) }';
      expect((await send(plain, 3_900_000)).body.data).toEqual({ sizeOf: '3900000' });
      const refused = await send(plain, 4_100_000);
      expect(refused.status).toBe(413);
      expect(refused.body.errors[0]).toMatchObject({
        message: expect.stringContaining('base64'),
        extensions: { code: 'PAYLOAD_TOO_LARGE' },
      });
      const direct = 'query ($picture: Byte!) { sizeOf(bytes: $picture) }';
      expect((await send(direct, 31_000_000)).body.data).toEqual({ sizeOf: '31000000' });
      // Declared somewhere within the type of a variable, which is not sent here.
      const within = 'query ($picture: String, $input: [Outer]) { sizeOf(text: $picture, input: $input) }';
      expect((await send(within, 5_000_000)).body.data).toEqual({ sizeOf: '5000000' });
    } finally {
      await carrier.stop();
    }
  });
});

/** Answers how long a text was; its inputs have the scalar of the API for base64. */
function schemaWithBytes(): GraphQLSchema {
  const Byte = new GraphQLScalarType({ name: 'Byte' });
  const Inner = new GraphQLInputObjectType({ name: 'Inner', fields: { base64: { type: Byte } } });
  const Outer = new GraphQLInputObjectType({ name: 'Outer', fields: { inner: { type: Inner } } });
  const args = { text: { type: GraphQLString }, bytes: { type: Byte }, input: { type: new GraphQLList(Outer) } };
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      sizeOf: { type: GraphQLString, args, resolve: (_root, { text, bytes }) => String((text ?? bytes).length) },
    },
  });
  return new GraphQLSchema({ query });
}
