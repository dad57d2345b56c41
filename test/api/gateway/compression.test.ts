import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './harness.ts';

const maxBytes = 1_000_000;
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      text: {
        type: GraphQLString,
        args: { length: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_root, { length }) => 'ä box '.repeat(length).slice(0, length),
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      texts: {
        type: GraphQLString,
        subscribe: async function* () {
          yield 'x'.repeat(5_000);
        },
        resolve: (text) => text,
      },
    },
  }),
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    schema,
    env: { MAX_RESPONSE_BYTES: String(maxBytes), CORS_ORIGINS: 'https://shop.example' },
  });
});
afterAll(() => gateway?.stop());

interface RawResponse {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  bytes: Buffer;
}

/** Other than fetch it unpacks nothing. */
function post(body: unknown, headers: Record<string, string>): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const all = { 'content-type': 'application/json', 'x-api-key': gateway.apiKey, ...headers };
    const client = httpRequest(`${gateway.url}/graphql`, { method: 'POST', headers: all }, async (response) => {
      const chunks = await Array.fromAsync<Buffer>(response);
      resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) });
    });
    client.once('error', reject);
    client.end(JSON.stringify(body));
  });
}

const ask = (length: number) => ({ query: `{ text(length: ${length}) }` });
const unpack = { gzip: gunzipSync, br: brotliDecompressSync };

describe('a response', () => {
  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, *', 'gzip'],
  ] as const)('is compressed for a client that accepts "%s"', async (accepted, coding) => {
    const plain = await post(ask(50_000), {});
    const { headers, bytes, status } = await post(ask(50_000), { 'accept-encoding': accepted });
    expect([status, headers['content-encoding'], headers['content-type']]).toEqual([
      200,
      coding,
      plain.headers['content-type'],
    ]);
    expect(headers.vary).toContain('Accept-Encoding');
    expect(Number(headers['content-length'])).toBe(bytes.length);
    expect(bytes.length).toBeLessThan(plain.bytes.length / 20);
    expect(unpack[coding](bytes)).toEqual(plain.bytes);
  });

  test.each(['identity', 'deflate', 'gzip;q=0', 'br;q=0.0, gzip;q=nonsense', ''])(
    'is sent as it is to a client that accepts "%s", and says what it depends on',
    async (accepted) => {
      const { headers, bytes } = await post(ask(50_000), { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers.vary).toContain('Accept-Encoding');
      expect(JSON.parse(String(bytes)).data.text).toHaveLength(50_000);
    },
  );

  test('of less than 1 kB is sent as it is', async () => {
    const { headers } = await post(ask(500), { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toContain('Accept-Encoding');
  });

  test('of several operations, and of one in the newer media type, is compressed', async () => {
    const several = await post([ask(5_000), ask(10)], { 'accept-encoding': 'gzip' });
    expect(JSON.parse(String(gunzipSync(several.bytes)))).toHaveLength(2);
    const newer = await post(ask(5_000), {
      'accept-encoding': 'gzip',
      accept: 'application/graphql-response+json',
    });
    expect(newer.headers['content-type']).toContain('application/graphql-response+json');
    expect(JSON.parse(String(gunzipSync(newer.bytes))).data.text).toHaveLength(5_000);
  });

  test('that is too large is refused by the length before compression', async () => {
    const { status, bytes } = await post(ask(maxBytes), { 'accept-encoding': 'gzip' });
    expect([status, JSON.parse(String(bytes)).errors[0].extensions.code]).toEqual([400, 'RESPONSE_TOO_LARGE']);
  });

  test('varies by origin as well where origins are configured', async () => {
    const { headers } = await post(ask(5_000), { 'accept-encoding': 'gzip', origin: 'https://shop.example' });
    expect(headers.vary?.split(/,\s*/).sort()).toEqual(['Accept-Encoding', 'Origin']);
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  test('among more at once than are compressed is whole, one way or the other', async () => {
    const responses = await Promise.all(
      Array.from({ length: 12 }, () => post(ask(500_000), { 'accept-encoding': 'gzip' })),
    );
    for (const { headers, bytes } of responses) {
      const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      expect(JSON.parse(String(text)).data.text).toHaveLength(500_000);
    }
  });
});

test('an event stream is not compressed', async () => {
  const { headers, bytes } = await post(
    { query: 'subscription { texts }' },
    { 'accept-encoding': 'gzip', accept: 'text/event-stream' },
  );
  expect(headers['content-encoding']).toBeUndefined();
  expect(String(bytes)).toContain('x'.repeat(5_000));
});
