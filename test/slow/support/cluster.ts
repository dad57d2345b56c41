import { expect, onTestFinished } from 'vitest';
import { createDatabase } from '../../../src/database/pool.ts';
import { newId } from '../../../src/ids.ts';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import { newSecret } from '../../../src/organizations/key-secret.ts';
import { storeKey } from '../../../src/organizations/keys.service.ts';
import { insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import { connect, request } from '../../support/client.ts';
import { createTestDatabase } from '../../support/database.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createInstallation, type SightlineProcess } from '../../support/process.ts';
import { readBatch, type Server, submitShelves } from './batch.ts';
import { Follower, inTheMiddle } from './follow.ts';
import { expectExactlyTheLog } from './log.ts';

const size = 20;

/** Two api and two worker processes on one database. */
export interface Cluster {
  databaseUrl: string;
  apiKey: string;
  apis: [SightlineProcess, SightlineProcess];
  workers: [SightlineProcess, SightlineProcess];
}

/**
 * Call it inside a test.
 * @param machines how many data directories there are: 1 is a directory that all share, 2 needs a bucket.
 * @param env by the URL of the database.
 */
export async function startCluster(
  machines: 1 | 2,
  env: (databaseUrl: string) => Promise<Record<string, string>>,
): Promise<Cluster> {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const apiKey = newSecret();
  const shared = {
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: apiKey,
    ENGINES: '1',
    ...(await env(database.url)),
  };
  const first = await createInstallation(shared);
  const second = machines === 1 ? first : await createInstallation(shared);
  const apis = await Promise.all([first.start('api'), second.start('api')]);
  const workers = await Promise.all([first.start('worker'), second.start('worker')]);
  return { databaseUrl: database.url, apiKey, apis, workers };
}

/** Everything holds while one api and one worker are killed in the middle of a batch. Ends the others in the end. */
export async function expectToHold({ databaseUrl, apiKey, apis, workers }: Cluster): Promise<void> {
  const [one, other] = apis.map(({ url }) => ({ url, apiKey })) as [Server, Server];
  await expectRevokedEverywhere(one, other);
  await expectLimits(one, other, databaseUrl);

  const batch = await submitShelves(one, size);
  const steady = new Follower(batch);
  const moving = new Follower(batch);
  const whole = steady.follow(other);
  const cut = moving.follow(one);
  await moving.until(inTheMiddle);
  // Its clients go on with the cursors that it gave them at the other one; its uploads are not lost with it.
  apis[0].kill('SIGKILL');
  workers[0].kill('SIGKILL');
  expect(await cut.completed).toBe(false);
  expect(await moving.follow(other).completed).toBe(true);
  expect(await whole.completed).toBe(true);

  await expectExactlyTheLog(databaseUrl, batch, steady.changes);
  expect(moving.changes).toEqual(steady.changes);
  expect(await readBatch(other, batch.id)).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
  expect((await workers[1].logged('Returned the work of dead workers to the queue.')).workers).toBe(1);
  await expectReadable(other);

  for (const process of [apis[1], workers[1]]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }
}

/** A key that is revoked at one ends its sockets at the other. */
async function expectRevokedEverywhere(one: Server, other: Server): Promise<void> {
  const { createApiKey } = await run(
    one,
    `mutation { createApiKey(name: "Short", scopes: [READ]) { ... on CreateApiKeyPayload { apiKey { id } secret } } }`,
  );
  const socket = connect(other.url, { apiKey: createApiKey.secret });
  const events = socket.iterate({ query: 'subscription { analysisEvents(filter: {}) { __typename } }' });
  const ended = (async () => {
    for await (const _event of events);
  })().catch(() => undefined);
  // Answers when the socket is open and its key known.
  for await (const _answer of socket.iterate({ query: '{ __typename }' }));
  await run(one, `mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }`, { id: createApiKey.apiKey.id });
  expect((await socket.closed).code).toBe(4403);
  await ended;
}

/** Both together allow what one does: credits for ten are ten pictures, and one key is one batch, wherever it is asked for. */
async function expectLimits(one: Server, other: Server, databaseUrl: string): Promise<void> {
  const apiKey = await createCustomer(databaseUrl, 10);
  const both = [one, other].map(({ url }) => ({ url, apiKey })) as [Server, Server];
  const { createTask } = await run(
    both[0],
    `mutation { createTask(input: { name: "Limits" }) { ... on Task { id } } }`,
  );
  const source = { base64: await pictureBase64() };
  const submit = (server: Server, key: string) =>
    run(
      server,
      `mutation ($input: SubmitBatchInput!) {
        submitBatch(input: $input) { __typename ... on SubmitBatchPayload { batch { id } replayed } }
      }`,
      { input: { taskId: createTask.id, idempotencyKey: key, images: [{ source }] } },
    ).then(({ submitBatch }) => submitBatch);

  const twins = await Promise.all(both.map((server) => submit(server, 'twin')));
  expect(twins[0].batch.id).toBe(twins[1].batch.id);
  expect(twins.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
  const results = await Promise.all(Array.from({ length: 49 }, (_, index) => submit(both[index % 2]!, `key ${index}`)));
  const kinds = results.map(({ __typename }) => __typename);
  expect(kinds.filter((kind) => kind === 'SubmitBatchPayload')).toHaveLength(9);
  expect(kinds.filter((kind) => kind === 'InsufficientCreditsError')).toHaveLength(40);
}

/** An organisation with credits for so many pictures. @returns its key */
async function createCustomer(databaseUrl: string, credits: number): Promise<string> {
  const database = createDatabase({ url: databaseUrl, maxConnections: 1 });
  try {
    const [organizationId, secret] = [newId(), newSecret()];
    await insertOrganization(database.db, { id: organizationId, name: 'Customer', plan: 'FREE' });
    await storeKey(database.db, organizationId, { name: 'Test', scopes: ['WRITE'], expiresAt: null }, secret);
    await grantCredits(database.db, organizationId, credits);
    return secret;
  } finally {
    await database.close();
  }
}

/** The picture that came in through a process that is gone. */
async function expectReadable(server: Server): Promise<void> {
  const { images } = await run(server, '{ images(first: 1) { edges { node { url byteSize } } } }');
  const { url, byteSize } = images.edges[0].node;
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(byteSize);
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer, the test says
async function run({ url, apiKey }: Server, query: string, variables = {}): Promise<any> {
  const { body } = await request(url, { apiKey, query, variables });
  if (body.errors) throw new Error(JSON.stringify(body));
  return body.data;
}
