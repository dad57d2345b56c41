import { expect, onTestFinished, test } from 'vitest';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { version } from '../../src/version.ts';
import { request } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, type Server, submitShelves, untilCompleted } from './support/batch.ts';
import { Follower, inTheMiddle } from './support/follow.ts';
import { expectExactlyTheLog } from './support/log.ts';
import { createNewerVersion } from './support/newer-version.ts';

/** An upgrade in the order of docs/operations.md, with work going on all the time. */
test('a newer worker and api come beside older ones, which go on and leave what they do not know', async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const apiKey = newSecret();
  const env = { DATABASE_URL: database.url, BOOTSTRAP_API_KEY: apiKey, ENGINES: '1' };
  const newer = await createNewerVersion();
  const older = await createInstallation(env);
  // One directory of pictures for all; only the program differs.
  const upgraded = await createInstallation(
    { ...env, DATA_DIR: older.dataDir, MODELS_DIR: newer.modelsDir },
    newer.main,
  );

  const olderApi = await older.start('api');
  const olderWorker = await older.start('worker');
  const oldServer = { url: olderApi.url, apiKey };
  const batch = await submitShelves(oldServer, 10);
  const follower = new Follower(batch);
  const stream = follower.follow(oldServer);
  await follower.until(inTheMiddle);
  // Migrates the database in the middle of the batch.
  const newerWorker = await upgraded.start('worker');
  expect(await migrationsOf(database)).toContain(newer.migration);
  expect(await stream.completed).toBe(true);
  await expectExactlyTheLog(database.url, batch, follower.changes);
  expect(await readBatch(oldServer, batch.id)).toMatchObject({ status: 'COMPLETED', completed: 10, failed: 0 });
  expect(await versionsOf(database)).toEqual([version, newer.version]);
  await expect(older.start('api')).rejects.toThrow(`The database has ${newer.migration}, which this version`);

  const newerApi = await upgraded.start('api');
  const newServer = { url: newerApi.url, apiKey };
  // A job and analyses that only newer ones know, with none of those there.
  newerWorker.kill('SIGTERM');
  expect(await newerWorker.ended).toEqual({ exitCode: 0, signal: null });
  await database.pool.query("select graphile_worker.add_job('of_the_future', '{}'::json)");
  const taskId = await createTask(newServer, newer.pipeline);
  const pinned = await submitShelves(newServer, 5, taskId);
  // What comes after them is done by the older worker, which passes them over.
  const known = await submitShelves(oldServer, 3);
  await untilCompleted(oldServer, known.id);
  expect(await readBatch(newServer, known.id)).toMatchObject({ completed: 3, failed: 0 });
  expect(await statusesOf(newServer, pinned.id)).toEqual(Array(5).fill('QUEUED'));

  const another = await upgraded.start('worker');
  await untilCompleted(newServer, pinned.id);
  expect(await statusesOf(newServer, pinned.id)).toEqual(Array(5).fill('SUCCEEDED'));
  const { rows } = await database.pool.query(
    "select attempts from graphile_worker.jobs where task_identifier = 'of_the_future'",
  );
  expect(rows).toEqual([{ attempts: 0 }]);

  for (const process of [olderApi, olderWorker, newerApi, another]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }
});

async function migrationsOf({ pool }: TestDatabase): Promise<string[]> {
  return (await pool.query('select name from kysely_migration')).rows.map(({ name }) => name);
}

async function versionsOf({ pool }: TestDatabase): Promise<string[]> {
  return (await pool.query('select version from worker_process order by version')).rows.map(({ version }) => version);
}

async function statusesOf(server: Server, id: string): Promise<string[]> {
  return (await readBatch(server, id)).analyses.map(({ status }) => status);
}

async function createTask({ url, apiKey }: Server, pipeline: string): Promise<string> {
  const query = `mutation ($pipeline: String!) {
    createTask(input: { name: "Newer", pipeline: $pipeline }) { __typename ... on Task { id } ... on UserError { message } }
  }`;
  const { body } = await request(url, { apiKey, query, variables: { pipeline } });
  if (!body.data?.createTask.id) throw new Error(`No task: ${JSON.stringify(body)}`);
  return body.data.createTask.id;
}
