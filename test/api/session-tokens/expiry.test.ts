import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { openEventStream } from '../../support/client.ts';
import { createUser, type User } from '../../support/user.ts';
import { startTestGateway, type TestGateway } from '../gateway/harness.ts';
import { createToken, endless, openSocket, userWith, whoAmI } from './client.ts';

/** Looks for revoked keys so seldom that what ends within these tests ends by its own time. */
let gateway: TestGateway;
let admin: User;
beforeAll(async () => {
  gateway = await startTestGateway({ schema, revalidateKeysMs: 3_600_000 });
  admin = createUser(gateway);
});
afterAll(() => gateway?.stop());

test('a token that expires ends requests at once, sockets with 4403 and streams over HTTP by a cut', async () => {
  const { secret, sessionToken, user } = await createToken(admin, { expiresInSeconds: 2 });
  const { client, ended } = await openSocket(gateway.url, secret);
  const stream = await openEventStream(gateway.url, { query: endless, apiKey: secret });
  expect(await client.closed).toMatchObject({ code: 4403 });
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(sessionToken.expiresAt));
  expect(await ended).toBe(4403);
  await expect(stream.next()).rejects.toThrow();
  expect(await user.fail(whoAmI)).toMatchObject({ status: 401, message: expect.stringContaining('expired at') });
});

test('a token ends when its key expires', async () => {
  const { user } = await userWith(gateway, { scopes: ['READ'], expiresAt: new Date(Date.now() + 2_000) });
  const token = await createToken(user);
  const { client } = await openSocket(gateway.url, token.secret);
  expect((await client.closed).code).toBe(4403);
  expect(await token.user.fail(whoAmI)).toMatchObject({ status: 401 });
});
