import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { encodeId, newId } from '../../../src/ids.ts';
import { connect, request } from '../../support/client.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { startTestGateway, type TestGateway } from '../gateway/harness.ts';

let gateway: TestGateway;
/** With scope ADMIN. */
let user: User;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, revalidateKeysMs: 100 });
  user = createUser(gateway);
});
afterAll(() => gateway?.stop());

const createApiKey = /* GraphQL */ `
  mutation ($name: String!, $scopes: [Scope!]!, $expiresAt: DateTime) {
    createApiKey(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
      __typename
      ... on CreateApiKeyPayload { secret apiKey { id name prefix scopes expiresAt revokedAt lastUsedAt } }
      ... on ValidationError { issues { path } }
    }
  }
`;

const revokeApiKey = /* GraphQL */ `
  mutation ($id: ID!) {
    revokeApiKey(id: $id) { __typename ... on ApiKey { id revokedAt } ... on NotFoundError { id } }
  }
`;

async function create(variables: Record<string, unknown> = {}): Promise<Data> {
  return (await user.run(createApiKey, { name: 'Till 7', scopes: ['READ'], ...variables })).createApiKey;
}

async function revoke(id: string): Promise<Data> {
  return (await user.run(revokeApiKey, { id })).revokeApiKey;
}

describe('createApiKey', () => {
  test('makes a key that works at once, and shows its secret this once', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { secret, apiKey } = await create({ scopes: ['READ', 'READ'], expiresAt });
    expect(apiKey).toMatchObject({ name: 'Till 7', scopes: ['READ'], expiresAt, revokedAt: null, lastUsedAt: null });
    const { viewer } = await createUser({ url: gateway.url, apiKey: secret }).run('{ viewer { apiKey { id } } }');
    expect(viewer.apiKey.id).toBe(apiKey.id);
    const { body } = await request(gateway.url, {
      apiKey: gateway.apiKey,
      query: '{ viewer { organization { apiKeys { edges { node { id prefix } } } } } }',
    });
    const nodes = body.data.viewer.organization.apiKeys.edges.map((edge: Data) => edge.node);
    expect(nodes).toContainEqual({ id: apiKey.id, prefix: apiKey.prefix });
    expect(secret.startsWith(apiKey.prefix)).toBe(true);
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  test.each([
    [{ name: '' }, ['name']],
    [{ name: 'n'.repeat(256) }, ['name']],
    [{ scopes: [] }, ['scopes']],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, ['expiresAt']],
  ])('refuses %j', async (variables, path) => {
    expect(await create(variables)).toEqual({ __typename: 'ValidationError', issues: [{ path }] });
  });
});

describe('revokeApiKey', () => {
  test('ends requests and open sockets of the key, and says when it was; again changes nothing', async () => {
    const { secret, apiKey } = await create();
    const client = connect(gateway.url, { apiKey: secret });
    const stream = client.iterate({
      query: 'subscription { imageEvents { __typename } }',
    });
    const ended = stream.next().then(
      () => 'an event',
      (close: { code?: number }) => close.code,
    );
    // The socket is open when another operation on it has been answered.
    await client.iterate({ query: '{ viewer { apiKey { id } } }' }).next();
    const revoked = await revoke(apiKey.id);
    expect(revoked).toMatchObject({ __typename: 'ApiKey', id: apiKey.id });
    expect((await client.closed).code).toBe(4403);
    expect(await ended).toBe(4403);
    const refused = async () =>
      (await request(gateway.url, { query: '{ viewer { apiKey { id } } }', apiKey: secret })).status;
    await expect.poll(refused, { timeout: 15_000 }).toBe(401);
    expect(await revoke(apiKey.id)).toEqual(revoked);
  });

  test('finds keys of its own organisation only', async () => {
    for (const id of ['nonsense', encodeId('apiKey', newId()), encodeId('task', newId())])
      expect(await revoke(id)).toEqual({ __typename: 'NotFoundError', id });
  });
});

test('both need scope ADMIN', async () => {
  const { secret } = await create({ scopes: ['WRITE'] });
  const writer = createUser({ url: gateway.url, apiKey: secret });
  expect(await writer.fail(createApiKey, { name: 'x', scopes: ['ADMIN'] })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await writer.fail(revokeApiKey, { id: encodeId('apiKey', newId()) })).toMatchObject({ code: 'FORBIDDEN' });
});
