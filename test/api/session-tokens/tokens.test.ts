import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { revokeKey } from '../../../src/organizations/keys.service.ts';
import { removeEndedTokens } from '../../../src/organizations/session-tokens.repository.ts';
import { connect, request } from '../../support/client.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { startTestGateway, type TestGateway } from '../gateway/harness.ts';
import { createToken, openSocket, revokeMutation, tryCreateToken, userWith, whoAmI } from './client.ts';

let gateway: TestGateway;
/** With a key of scope ADMIN. */
let admin: User;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, revalidateKeysMs: 100 });
  admin = createUser(gateway);
});
afterAll(() => gateway?.stop());

describe('createSessionToken', () => {
  test('makes a secret that works wherever a key does, and stands for its key', async () => {
    const { id, user } = await userWith(gateway, { scopes: ['WRITE'] });
    const { secret, sessionToken } = await createToken(user, { actor: 'ada', expiresInSeconds: 60 });
    expect(secret).toMatch(/^sls_[\w-]{43}$/);
    expect(sessionToken).toMatchObject({ scopes: ['READ'], taskIds: null, placeIds: null, singleUse: false });
    const lifetimeMs = Date.parse(sessionToken.expiresAt) - Date.parse(sessionToken.createdAt);
    expect(Math.abs(lifetimeMs - 60_000)).toBeLessThan(5_000);
    const viewer = { apiKey: { id: encodeId('apiKey', id) }, sessionToken: { id: sessionToken.id, actor: 'ada' } };
    const byHeader = await request(gateway.url, { query: whoAmI, apiKey: secret });
    const byBearer = await request(gateway.url, { query: whoAmI, headers: { authorization: `Bearer ${secret}` } });
    const client = connect(gateway.url, { apiKey: secret });
    const { value: bySocket } = await client.iterate({ query: whoAmI }).next();
    await client.dispose();
    for (const { data } of [byHeader.body, byBearer.body, bySocket!]) expect(data).toEqual({ viewer });
  });

  test('keeps only the hash of the secret', async () => {
    const { secret } = await createToken(admin);
    const rows = await gateway.database.db.selectFrom('session_token').selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4));
    expect(JSON.stringify(gateway.logged)).not.toContain(secret.slice(4));
  });

  test.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['ADMIN'], placeIds: ['p'] }, 'scopes'],
    [{ expiresInSeconds: 0 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 86_401 }, 'expiresInSeconds'],
    [{ scopes: ['WRITE'], placeIds: ['p'], expiresInSeconds: 86_401 }, 'expiresInSeconds'],
    [{ placeIds: ['p'], expiresInSeconds: 90 * 86_400 + 1 }, 'expiresInSeconds'],
    [{ placeIds: [] }, 'placeIds'],
    [{ placeIds: [' '] }, 'placeIds.0'],
    [{ taskIds: [] }, 'taskIds'],
    [{ actor: '' }, 'actor'],
  ])('refuses %j', async (input, path) => {
    const { __typename, issues } = await tryCreateToken(admin, input);
    expect({ __typename, paths: issues.map((issue: Data) => issue.path.join('.')) }).toEqual({
      __typename: 'ValidationError',
      paths: [path],
    });
  });

  test('gives no more than the key allows', async () => {
    const { user } = await userWith(gateway, { scopes: ['READ'] });
    expect(await tryCreateToken(user, { scopes: ['WRITE'] })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['scopes'], message: expect.stringContaining('WRITE') }],
    });
    const token = await createToken(user);
    expect(await token.user.fail('mutation { deleteTask(id: "x") { __typename } }')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('knows tasks of its own organisation only', async () => {
    for (const id of ['nonsense', encodeId('task', newId())])
      expect(await tryCreateToken(admin, { taskIds: [id] })).toMatchObject({ __typename: 'NotFoundError', id });
  });

  test('a screen may have a token for 90 days', async () => {
    const { sessionToken } = await createToken(admin, { placeIds: ['p', 'p'], expiresInSeconds: 90 * 86_400 });
    expect(sessionToken.placeIds).toEqual(['p']);
  });

  test('a token makes no other', async () => {
    const token = await createToken(admin, { scopes: ['ADMIN'] });
    const query = 'mutation { createSessionToken(input: { scopes: [READ] }) { __typename } }';
    expect(await token.user.fail(query)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a token ends', () => {
  test('when it is revoked', async () => {
    const { secret, sessionToken, user } = await createToken(admin);
    const { client, ended } = await openSocket(gateway.url, secret);
    const { revokeSessionToken: revoked } = await admin.run(revokeMutation, { id: sessionToken.id });
    expect(revoked).toMatchObject({ __typename: 'SessionToken', revokedAt: expect.any(String) });
    expect((await client.closed).code).toBe(4403);
    expect(await ended).toBe(4403);
    const status = async () => (await request(gateway.url, { query: whoAmI, apiKey: secret })).status;
    await expect.poll(status, { timeout: 15_000 }).toBe(401);
    expect(await user.fail(whoAmI)).toMatchObject({ message: expect.stringContaining('revoked at') });
    expect((await admin.run(revokeMutation, { id: sessionToken.id })).revokeSessionToken).toEqual(revoked);
  });

  test('when its key is revoked', async () => {
    const { id, user } = await userWith(gateway, { scopes: ['READ'] });
    const token = await createToken(user);
    const other = await createToken(admin);
    const { client } = await openSocket(gateway.url, token.secret);
    const untouched = await openSocket(gateway.url, other.secret);
    await revokeKey(gateway.database.db, gateway.organizationId, id);
    expect((await client.closed).code).toBe(4403);
    const status = async () => (await request(gateway.url, { query: whoAmI, apiKey: token.secret })).status;
    await expect.poll(status, { timeout: 15_000 }).toBe(401);
    expect((await untouched.client.iterate({ query: whoAmI }).next()).value).toHaveProperty('data.viewer');
    await untouched.client.dispose();
  });
});

describe('revokeSessionToken', () => {
  test('signs out: a token may revoke itself and no other', async () => {
    const own = await createToken(admin);
    const other = await createToken(admin);
    expect(await own.user.fail(revokeMutation, { id: other.sessionToken.id })).toMatchObject({ code: 'FORBIDDEN' });
    expect((await own.user.run(revokeMutation, { id: own.sessionToken.id })).revokeSessionToken).toMatchObject({
      id: own.sessionToken.id,
      revokedAt: expect.any(String),
    });
  });

  test('finds tokens of its own organisation only', async () => {
    for (const id of ['nonsense', encodeId('sessionToken', newId()), encodeId('task', newId())])
      expect((await admin.run(revokeMutation, { id })).revokeSessionToken).toMatchObject({
        __typename: 'NotFoundError',
        id,
      });
  });
});

test('an ADMIN lists tokens without their secrets, and nobody else does', async () => {
  const { secret, sessionToken } = await createToken(admin, { actor: 'grace' });
  const query = '{ sessionTokens { totalCount edges { node { id actor } } } }';
  const { sessionTokens } = await admin.run(query);
  expect(sessionTokens.edges[0].node).toEqual({ id: sessionToken.id, actor: 'grace' });
  expect(sessionTokens.totalCount).toBeGreaterThan(0);
  expect(JSON.stringify(sessionTokens)).not.toContain(secret.slice(4));
  const { user } = await userWith(gateway, { scopes: ['WRITE'] });
  expect(await user.fail(query)).toMatchObject({ code: 'FORBIDDEN' });
  const node = await user.run('query ($id: ID!) { node(id: $id) { id } }', { id: sessionToken.id });
  expect(node).toEqual({ node: null });
});

test('the log says in whose name a mutation was sent', async () => {
  const { user, sessionToken } = await createToken(admin, { scopes: ['WRITE'], actor: 'linus' });
  await user.run('mutation { deleteTask(id: "x") { __typename } }');
  expect(gateway.logged).toContainEqual(
    expect.objectContaining({
      mutations: ['deleteTask'],
      actor: 'linus',
      sessionTokenId: decodeId('sessionToken', sessionToken.id),
    }),
  );
});

test('cleaning removes tokens that ended more than a day ago, and no others', async () => {
  const { db } = gateway.database;
  const old = await createToken(admin);
  const recent = await createToken(admin);
  const uuidOf = ({ sessionToken }: Data) => decodeId('sessionToken', sessionToken.id)!;
  for (const [token, hours] of [
    [old, 25],
    [recent, 23],
  ] as const)
    await db
      .updateTable('session_token')
      .set({ expires_at: new Date(Date.now() - hours * 3_600_000) })
      .where('id', '=', uuidOf(token))
      .execute();
  await removeEndedTokens(db);
  const ids = (await db.selectFrom('session_token').select('id').execute()).map(({ id }) => id);
  expect(ids).toContain(uuidOf(recent));
  expect(ids).not.toContain(uuidOf(old));
});
