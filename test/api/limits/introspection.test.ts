import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, readMetrics, request, requestOverSocket, upload } from '../../support/client.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(' ');

/** 1 kB of text that unfolds to some 10 thousand million fields. */
const unfolding = `{ __schema { types { ...A } } }
  fragment A on __Type { ${repeat(40, (i) => `a${i}: fields { ...B }`)} }
  fragment B on __Field { ${repeat(20, (i) => `b${i}: args { ...C }`)} ${repeat(20, (i) => `c${i}: type { ...D }`)} }
  fragment C on __InputValue { ${repeat(20, (i) => `d${i}: type { ...D }`)} }
  fragment D on __Type { name description kind }`;

const refused = [{ extensions: { code: 'QUERY_TOO_COSTLY', limit: 'introspection' } }];
const metric = async () => {
  const text = await readMetrics(sightline);
  return Number(/limits_broken_total\{limit="introspection"\} (\d+)/.exec(text)?.[1] ?? 0);
};

describe('introspection that unfolds to far more than the schema', () => {
  const keys = () => [undefined, sightline.apiKey];

  test('is refused before it runs, with a key and without, over HTTP and WebSocket', async () => {
    const before = await metric();
    for (const apiKey of keys()) {
      const posted = await request(sightline.url, { apiKey, query: unfolding });
      expect([posted.status, posted.body.errors, posted.body.data]).toEqual([
        400,
        [expect.objectContaining(refused[0])],
        undefined,
      ]);
      const client = connect(sightline.url, apiKey === undefined ? undefined : { apiKey });
      expect(await requestOverSocket(client, { query: unfolding })).toMatchObject({ errors: refused });
      await client.dispose();
    }
    const headers = { 'apollo-require-preflight': '1' };
    const got = await fetch(`${sightline.url}/graphql?query=${encodeURIComponent(unfolding)}`, { headers });
    expect([got.status, (await got.json()).errors]).toMatchObject([400, refused]);
    const form = await upload(sightline.url, { apiKey: sightline.apiKey, query: unfolding, files: {} });
    expect(form.body.errors).toMatchObject(refused);
    const streamed = await fetch(`${sightline.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: unfolding }),
    });
    expect(await streamed.text()).toContain('QUERY_TOO_COSTLY');
    expect((await metric()) - before).toBe(7);
  });

  test('is refused among other fields, in a fragment, and by a name that comes as a variable', async () => {
    const query = unfolding.replace('{ __schema { types { ...A } } }', '{ system { version } ...R }');
    const hidden = `${query} fragment R on Query { __schema { types { ...A } } }`;
    expect((await request(sightline.url, { apiKey: sightline.apiKey, query: hidden })).body.errors).toMatchObject(
      refused,
    );
    const named = unfolding.replace(
      '{ __schema { types { ...A } } }',
      `query ($name: String!) { ${repeat(50, (i) => `r${i}: __type(name: $name) { ...A }`)} }`,
    );
    const variables = { name: 'CatalogItem' };
    const { body } = await request(sightline.url, { apiKey: sightline.apiKey, query: named, variables });
    expect(body.errors).toMatchObject(refused);
  });

  test('by repeating the longest texts is refused', async () => {
    const query = `{ __schema { types { fields { ${repeat(150, (i) => `a${i}: description`)} } } } }`;
    expect((await request(sightline.url, { query })).body.errors).toMatchObject(refused);
  });
});

describe('introspection as programs send it', () => {
  test('says what the API is for, and how a key is sent', async () => {
    const { body } = await request(sightline.url, { query: '{ __schema { description } }' });
    expect(body.data.__schema.description).toMatch(/Recognises products in photographs.*X-API-Key/s);
  });

  const all = {
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    oneOf: true,
  };
  test.each([{}, all, { ...all, typeDepth: 9 }])('passes without a key: %o', async (options) => {
    const { status, body } = await request(sightline.url, { query: getIntrospectionQuery(options) });
    expect([status, body.errors]).toEqual([200, undefined]);
  });

  test('has a price for a key, far from what a plan has for a minute', async () => {
    const { apiKey } = await sightline.createTenant({ plan: 'FREE' });
    const { body } = await request(sightline.url, { apiKey, query: getIntrospectionQuery(all) });
    const { requestedQueryCost } = body.extensions.cost;
    expect(requestedQueryCost).toBeGreaterThan(10);
    expect(requestedQueryCost).toBeLessThan(100);
  });
});

test('all without a key together have one budget, and who has a key does not feel it', async () => {
  const query = getIntrospectionQuery();
  const statuses = new Set<number>();
  let refusedAnswer: Awaited<ReturnType<typeof request>> | undefined;
  for (let attempt = 0; attempt < 200 && refusedAnswer === undefined; attempt += 1) {
    const answer = await request(sightline.url, { query });
    statuses.add(answer.status);
    if (answer.status === 429) refusedAnswer = answer;
  }
  expect([...statuses]).toEqual([200, 429]);
  expect(refusedAnswer!.body.errors).toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
  expect(Number(refusedAnswer!.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await request(sightline.url, { query: '{ __typename }' })).status).toBe(200);
  expect((await request(sightline.url, { apiKey: sightline.apiKey, query })).status).toBe(200);
});
