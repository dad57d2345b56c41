import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCallers } from '../../../src/organizations/callers.ts';
import { revokeKey } from '../../../src/organizations/keys.service.ts';
import { request } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.stop());

const whoAmI = '{ caller organization }';

function codes(body: { errors?: { extensions?: { code?: string } }[] }) {
  return body.errors?.map((error) => error.extensions?.code);
}

describe('a key', () => {
  test('is taken from X-API-Key', async () => {
    const { secret, id } = await gateway.createKey();
    const { status, body } = await request(gateway.url, { query: whoAmI, apiKey: secret });
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { caller: id, organization: gateway.organizationId } });
  });

  test('is taken from Authorization: Bearer', async () => {
    const { secret, id } = await gateway.createKey();
    const { body } = await request(gateway.url, { query: whoAmI, headers: { authorization: `bearer ${secret}` } });
    expect(body.data.caller).toBe(id);
  });

  test('in X-API-Key comes before an Authorization that is a proxy’s', async () => {
    const { secret, id } = await gateway.createKey();
    const headers = { authorization: 'Basic dXNlcjpwYXNz' };
    const { body } = await request(gateway.url, { query: whoAmI, apiKey: secret, headers });
    expect(body.data.caller).toBe(id);
  });

  test.each([
    ['that nobody made', { 'x-api-key': 'sl_nobodymadethis' }, 'unknown'],
    ['in an Authorization of another scheme', { authorization: 'Basic dXNlcjpwYXNz' }, 'not have the form'],
  ])('%s refuses the whole request, even introspection', async (_title, headers, reason) => {
    const { status, body } = await request(gateway.url, { query: '{ __typename }', headers });
    expect(status).toBe(401);
    expect(codes(body)).toEqual(['UNAUTHENTICATED']);
    expect(body.errors[0].message).toContain(reason);
    expect(body.data).toBeUndefined();
  });

  test('that is revoked is refused, and the message says when it was', async () => {
    const { secret, id } = await gateway.createKey();
    const { revoked_at } = await revokeKey(gateway.database.db, gateway.organizationId, id);
    const { status, body } = await request(gateway.url, { query: whoAmI, apiKey: secret });
    expect(status).toBe(401);
    expect(body.errors[0].message).toContain(`revoked at ${revoked_at!.toISOString()}`);
  });

  test('that has expired is refused at once, although it was good and remembered a moment ago', async () => {
    const { secret, id } = await gateway.createKey({ expiresAt: new Date(Date.now() + 1_500) });
    expect((await request(gateway.url, { query: whoAmI, apiKey: secret })).status).toBe(200);
    const status = async () => (await request(gateway.url, { query: whoAmI, apiKey: secret })).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(401);
    const row = await gateway.database.db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
    const { body } = await request(gateway.url, { query: whoAmI, apiKey: secret });
    expect(body.errors[0].message).toContain(`expired at ${row!.expires_at!.toISOString()}`);
  });

  test('notes when it was last used', async () => {
    const { secret, id } = await gateway.createKey();
    await request(gateway.url, { query: whoAmI, apiKey: secret });
    const row = await gateway.database.db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row!.last_used_at).toBeInstanceOf(Date);
  });

  test('is looked up once for many requests at the same time', async () => {
    const { secret, id } = await gateway.createKey();
    let lookUps = 0;
    const db = gateway.database.db.withPlugin({
      transformQuery({ node }) {
        if (node.kind === 'SelectQueryNode') lookUps += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const callers = createCallers({ db, logger: gateway.options.logger });
    const found = await Promise.all(Array.from({ length: 20 }, () => callers.find(secret)));
    expect(found.map((caller) => caller.apiKeyId)).toEqual(Array(20).fill(id));
    expect(lookUps).toBe(1);
  });

  test('is shown without its secret', async () => {
    const { secret, id } = await gateway.createKey();
    const row = await gateway.database.db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
    expect(secret.startsWith(row!.prefix)).toBe(true);
    expect(row!.prefix.length).toBeLessThan(12);
    expect(JSON.stringify(row)).not.toContain(secret);
  });
});

describe('without a key', () => {
  test('means the same as with an empty one, which GraphiQL begins with', async () => {
    const headers = { 'x-api-key': '  ' };
    expect((await request(gateway.url, { query: '{ __typename }', headers })).status).toBe(200);
    expect((await request(gateway.url, { query: '{ hello }', headers })).body.errors[0].message).toContain(
      'No API key',
    );
  });

  test('the schema is answered', async () => {
    const query =
      '{ __schema { queryType { name } } __type(name: "Query") { name } ...root } fragment root on Query { __typename }';
    const { status, body } = await request(gateway.url, { query });
    expect(status).toBe(200);
    expect(body.data.__schema.queryType.name).toBe('Query');
  });

  test.each([
    ['a field', '{ hello }'],
    ['a field among introspection', '{ __typename hello }'],
    ['a field in a fragment', '{ ...root } fragment root on Query { hello }'],
    ['a field in a fragment without a name', '{ ... { hello } }'],
    ['a field under the alias of an introspection field', '{ __typename: hello }'],
    ['a mutation', 'mutation { ignore(files: []) }'],
  ])('%s is refused', async (_title, query) => {
    const { status, body } = await request(gateway.url, { query });
    expect(status).toBe(401);
    expect(codes(body)).toEqual(['UNAUTHENTICATED']);
    expect(body.data).toBeUndefined();
  });

  test('a subscription over HTTP is refused', async () => {
    const { status, body } = await request(gateway.url, {
      query: 'subscription { ticks }',
      headers: { accept: 'application/json' },
    });
    expect(status).toBe(401);
    expect(codes(body)).toEqual(['UNAUTHENTICATED']);
  });
});

test('a key whose database cannot be asked is no proof of anything: UNAVAILABLE, and the log says why', async () => {
  const broken = await startTestGateway();
  const { secret } = await broken.createKey();
  await broken.database.close();
  const { status, body } = await request(broken.url, { query: whoAmI, apiKey: secret });
  expect(status).toBe(503);
  expect(codes(body)).toEqual(['UNAVAILABLE']);
  expect(broken.logged.some(({ msg }) => msg === 'An API key could not be looked up.')).toBe(true);
  await broken.stop();
});
