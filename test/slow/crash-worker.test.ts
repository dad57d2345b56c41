import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { withClient } from '../support/postgres-client.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, submitShelves } from './support/batch.ts';
import { Follower } from './support/follow.ts';
import { expectExactlyTheLog } from './support/log.ts';

const size = 24;

test('kill -9 of one of two workers: the other takes over what it held, and the batch completes', async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const env = { DATABASE_URL: database.url, ENGINES: '1' };
  const installation = await createInstallation(env);
  const { apiKey } = installation;
  const api = await installation.start('api');
  const server = { url: api.url, apiKey };
  const victim = await installation.start('worker');
  const batch = await submitShelves(server, size);
  const follower = new Follower(batch);
  const { completed } = follower.follow(server);
  // Before there is another one, so that the victim surely holds something.
  await follower.until((changes) => changes.some(({ status }) => status === 'RUNNING'));
  const survivor = await installation.start('worker');
  victim.kill('SIGKILL');
  await victim.ended;
  const [held] = await query<{ running: number }>(
    database.url,
    `select count(*)::int as running from analysis join worker_process w on w.id = lease_worker_id
     where status = 'RUNNING' and w.pid = ${victim.pid}`,
  );
  expect(held!.running).toBeGreaterThan(0);

  // By its connection, which ended with it, and not by its silence.
  expect(await survivor.logged('Returned the work of dead workers to the queue.')).toMatchObject({
    workers: 1,
    reason: 'disconnected',
  });
  expect(await completed).toBe(true);
  await expectExactlyTheLog(database.url, batch, follower.changes);
  const state = await readBatch(server, batch.id);
  expect(state).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
  expect(state.analyses.filter(({ attempt }) => attempt === 2)).toHaveLength(held!.running);
  expect(await query(database.url, 'select pid from worker_process')).toEqual([{ pid: survivor.pid }]);

  for (const process of [survivor, api]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }
  // A wake token too many may be left; one that stays locked by the dead would be lost for hours.
  expect(await query(database.url, 'select id from graphile_worker.jobs where locked_by is not null')).toEqual([]);
  expect(await query(database.url, 'select pid from worker_process')).toEqual([]);
});

test('a worker that is suspended keeps its work for twenty seconds, and what it finishes after that is discarded', async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const installation = await createInstallation({ DATABASE_URL: database.url, ENGINES: '1' });
  const { apiKey } = installation;
  const api = await installation.start('api');
  const suspended = await installation.start('worker');
  const batch = await submitShelves({ url: api.url, apiKey }, size);
  const follower = new Follower(batch);
  const { completed } = follower.follow({ url: api.url, apiKey });
  await follower.until((changes) => changes.some(({ status }) => status === 'RUNNING'));
  const survivor = await installation.start('worker');
  // Its engine works on, and hands over what it has when the worker wakes up.
  suspended.kill('SIGSTOP');
  expect(await survivor.logged('Returned the work of dead workers to the queue.')).toMatchObject({
    workers: 1,
    reason: 'silent',
  });
  const [silence] = await query<{ workers: number }>(
    database.url,
    'select count(*)::int as workers from worker_process',
  );
  expect(silence!.workers).toBe(1);
  suspended.kill('SIGCONT');

  expect(await completed).toBe(true);
  await expectExactlyTheLog(database.url, batch, follower.changes);
  expect(await readBatch({ url: api.url, apiKey }, batch.id)).toMatchObject({
    status: 'COMPLETED',
    completed: size,
    failed: 0,
  });
  for (const process of [suspended, survivor, api]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }
});

function query<T extends object>(url: string, text: string): Promise<T[]> {
  return withClient(url, async (client) => (await client.query<T>(text)).rows);
}
