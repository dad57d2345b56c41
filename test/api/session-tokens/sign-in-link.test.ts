import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { signInLinkFor } from '../../../src/cli/sign-in-link.ts';
import { createSignInLink } from '../../../src/session-tokens/sign-in-link.ts';
import { request } from '../../support/client.ts';
import { createUser, type User } from '../../support/user.ts';
import { startTestGateway, type TestGateway } from '../gateway/harness.ts';
import { createToken, tryCreateToken } from './client.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ schema });
});
afterAll(() => gateway?.stop());

async function openLink(): Promise<User> {
  const link = await createSignInLink(gateway.database.db, gateway.url);
  const [url, secret] = link!.split('/#sign-in=');
  expect(url).toBe(gateway.url);
  expect(secret).toMatch(/^sls_[\w-]{43}$/);
  return createUser({ url: gateway.url, apiKey: secret! });
}

test('the link signs in as an ADMIN, once', async () => {
  const link = await openLink();
  const first = await createToken(link, { scopes: ['ADMIN'] });
  const { viewer } = await first.user.run('{ viewer { sessionToken { scopes singleUse } } }');
  expect(viewer.sessionToken).toEqual({ scopes: ['ADMIN'], singleUse: false });
  const again = 'mutation { createSessionToken(input: { scopes: [READ] }) { __typename } }';
  expect(await link.fail(again)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

test('of two that open it at once, one is signed in', async () => {
  const link = await openLink();
  const tried = await Promise.allSettled([tryCreateToken(link), tryCreateToken(link), tryCreateToken(link)]);
  expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an input that is refused does not use the link up', async () => {
  const link = await openLink();
  expect(await tryCreateToken(link, { expiresInSeconds: 0 })).toMatchObject({ __typename: 'ValidationError' });
  await createToken(link);
});

test('it allows nothing else: no other root field, and no metrics', async () => {
  const link = await openLink();
  const { __schema } = await link.run('{ __schema { queryType { fields { name } } } }');
  expect(__schema.queryType.fields.length).toBeGreaterThan(10);
  for (const query of ['{ viewer { apiKey { id } } }', 'mutation { deleteTask(id: "x") { __typename } }'])
    expect(await link.fail(query)).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('sign-in') });
  const stream = 'subscription { imageEvents { __typename } }';
  const refused = await request(gateway.url, {
    query: stream,
    apiKey: link.apiKey,
    headers: { accept: 'text/event-stream' },
  });
  expect(JSON.stringify(refused.body)).toContain('FORBIDDEN');
  const metrics = await fetch(`${gateway.url}/metrics`, { headers: { 'x-api-key': link.apiKey } });
  expect(metrics.status).toBe(403);
});

test('there is none when no key of scope ADMIN is left', async () => {
  const other = await startTestGateway({ schema });
  await other.database.db.updateTable('api_key').set({ revoked_at: new Date() }).execute();
  expect(await createSignInLink(other.database.db, other.url)).toBeNull();
  await other.stop();
});

test.each([
  [true, 'http://127.0.0.1:4000/#sign-in=x'],
  [false, null],
])('it is made for a terminal only (terminal: %s)', async (isTTY, expected) => {
  let made = 0;
  const createSignInLink = async () => {
    made += 1;
    return 'http://127.0.0.1:4000/#sign-in=x';
  };
  expect(await signInLinkFor({ createSignInLink }, { isTTY })).toBe(expected);
  expect(made).toBe(isTTY ? 1 : 0);
});

test.each([
  [{ HOST: '127.0.0.1' }, (port: number) => `http://127.0.0.1:${port}`],
  [{ HOST: '127.0.0.1', PUBLIC_URL: 'https://example.com/shelf' }, (port: number) => `http://127.0.0.1:${port}`],
  [{ HOST: '0.0.0.0' }, () => null],
  [{ HOST: '127.0.0.1', DASHBOARD: 'off' }, () => null],
])('it leads to where this machine alone finds the dashboard (%j)', async (env, expected) => {
  const other = await startTestGateway({ schema, env });
  const isServed = (await fetch(`http://127.0.0.1:${other.port}/`, { redirect: 'manual' })).status === 200;
  expect(other.localDashboardUrl).toBe(isServed ? expected(other.port) : null);
  await other.stop();
});
