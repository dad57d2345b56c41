import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findEmbeddedServer } from '../../src/database/embedded-server.ts';
import { request } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { picture } from '../support/pictures.ts';
import { withClient } from '../support/postgres-client.ts';
import { createInstallation, type Installation, type SightlineProcess } from '../support/process.ts';
import { readBatch, type Server, submitPictures, submitShelves, untilCompleted } from './support/batch.ts';
import { Follower, ResyncError } from './support/follow.ts';
import { expectExactlyTheLog } from './support/log.ts';

const size = 16;
/** After so many successes each; several times, since every moment of the work meets another statement. */
const blows = [1, 4, 7, 10];

describe('the loss of all database connections in the middle of a batch', () => {
  test('costs no analysis, no event, no stream and no process', async () => {
    const databaseUrl = await createDatabase();
    const { sightline, server, batch, follower } = await startBatch({ DATABASE_URL: databaseUrl });
    const { completed } = follower.follow(server);
    for (const blow of blows) {
      await follower.until(() => follower.idsIn('SUCCEEDED').length >= blow);
      await terminateOthers(databaseUrl);
    }
    // On one and the same socket.
    expect(await completed).toBe(true);

    await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    const state = await readBatch(server, batch.id);
    expect(state).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
    await expectTakesWork(server);
    await expectCleanEnd(sightline);
  });

  test('may happen again and again, with every analysis that ends', async () => {
    const databaseUrl = await createDatabase();
    const installation = await createInstallation({ DATABASE_URL: databaseUrl });
    const api = await installation.start('api');
    const server = { url: api.url, apiKey: installation.apiKey };
    // A batch, and so a job each: the blows that follow on a success meet jobs while they are being ended.
    const thumbnail = new Blob([await picture()]);
    const followers: Follower[] = [];
    for (let count = 0; count < 20; count += 1) followers.push(new Follower(await submitPictures(server, [thumbnail])));
    const completed = followers.map((follower) => follower.follow(server).completed);
    const blows = followers.map(async (follower) => {
      await follower.until(() => follower.idsIn('SUCCEEDED').length > 0);
      await terminateOthers(databaseUrl);
    });
    const worker = await installation.start('worker');
    expect(new Set(await Promise.all(completed))).toEqual(new Set([true]));
    await Promise.all(blows);

    for (const { batch, changes } of followers) {
      await expectExactlyTheLog(databaseUrl, batch, changes);
      expect(await readBatch(server, batch.id)).toMatchObject({ status: 'COMPLETED', completed: 1 });
    }
    for (const process of [worker, api]) await expectCleanEnd(process);
  });

  test('is survived also when the server itself crashes and recovers', async () => {
    const { installation, sightline, server, batch, follower } = await startBatch();
    const followed = completedOrResync(follower.follow(server).completed);
    await follower.until(() => follower.idsIn('SUCCEEDED').length >= 2);
    const databaseUrl = await findDatabase(installation);
    // A backend that dies of a signal takes all the others with it, and the server goes through recovery.
    await crashBackend(databaseUrl);
    if ((await followed) === 'completed') await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    await untilCompleted(server, batch.id);
    await expectCleanEnd(sightline);
    const next = await installation.start();
    const restarted = { ...server, url: next.url };
    const again = new Follower(batch);
    expect(await again.follow(restarted).completed).toBe(true);
    await expectExactlyTheLog(databaseUrl, batch, again.changes);
    const state = await readBatch(restarted, batch.id);
    expect(state).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
  });
});

describe('the end of the embedded PostgreSQL in the middle of a batch', () => {
  test('is mended by starting it again: the process lives on, and everything comes in the end', async () => {
    const { installation, sightline, server, batch, follower } = await startBatch();
    const followed = completedOrResync(followAgain(follower, server));
    await follower.until(() => follower.idsIn('SUCCEEDED').length >= 2);
    const killed = (await installation.postgresPid())!;
    process.kill(killed, 'SIGKILL');

    await sightline.logged('The embedded PostgreSQL is running again.');
    expect(await installation.postgresPid()).not.toBe(killed);
    await untilCompleted(server, batch.id);
    const url = await findDatabase(installation);
    if ((await followed) === 'completed') await expectExactlyTheLog(url, batch, follower.changes);
    expect(await readBatch(server, batch.id)).toMatchObject({ completed: size, failed: 0 });
    await expectTakesWork(server);
    await expectCleanEnd(sightline);
  });

  test('is the end of the process, with a sentence, when it does not stay up', async () => {
    const installation = await createInstallation();
    const sightline = await installation.start();
    await appendFile(path.join(installation.dataDir, 'postgres', 'cluster', 'postgresql.conf'), 'nonsense = 1\n');
    process.kill((await installation.postgresPid())!, 'SIGKILL');
    const { msg } = await sightline.logged('does not keep running');
    expect(msg).toMatch(/^The embedded PostgreSQL in .* has ended and does not keep running: .*/);
    expect(await sightline.ended).toEqual({ exitCode: 1, signal: null });
  });

  test('may look like a freeze: requests are answered, sockets are told, and both go on when it wakes', async () => {
    const { installation, sightline, server, batch, follower } = await startBatch();
    const first = follower.follow(server);
    await follower.until(() => follower.idsIn('SUCCEEDED').length >= 2);
    await installation.signalPostgres('SIGSTOP');

    const query = '{ tasks { totalCount } }';
    const answer = await request(server.url, { apiKey: server.apiKey, query });
    expect(answer.status).toBe(503);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await first.completed).toBe(false);
    expect(await first.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('last cursor') });

    await installation.signalPostgres('SIGCONT');
    await followAgain(follower, server);
    const url = await findDatabase(installation);
    await expectExactlyTheLog(url, batch, follower.changes);
    expect(await readBatch(server, batch.id)).toMatchObject({ completed: size, failed: 0 });
    await expectCleanEnd(sightline);
  });
});

/** @returns the URL of a database that goes with the test. */
async function createDatabase(): Promise<string> {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  return url;
}

/** A server at work on a batch, and a client of the batch's events that follows nothing yet. */
async function startBatch(settings?: Record<string, string>) {
  const installation = await createInstallation(settings);
  const sightline = await installation.start();
  const server = { url: sightline.url, apiKey: installation.apiKey };
  const batch = await submitShelves(server, size);
  return { installation, sightline, server, batch, follower: new Follower(batch) };
}

async function findDatabase({ dataDir }: Installation): Promise<string> {
  return (await findEmbeddedServer(dataDir))!.url;
}

async function expectTakesWork(server: Server): Promise<void> {
  const batch = await submitShelves(server, 2);
  expect(await new Follower(batch).follow(server).completed).toBe(true);
}

async function expectCleanEnd(process: SightlineProcess): Promise<void> {
  process.kill('SIGTERM');
  expect(await process.ended).toEqual({ exitCode: 0, signal: null });
}

/**
 * After a crash of the server nothing is lost silently: ids of transactions that had written nothing durable are given out again,
 * and a reader that was beyond them is told so. It may be told while the test waits for something else, so the rejection is
 * handled from the beginning.
 */
function completedOrResync(completed: Promise<unknown>): Promise<'completed' | 'resync'> {
  return completed.then(
    () => 'completed' as const,
    (error) => {
      if (error instanceof ResyncError) return 'resync' as const;
      throw error;
    },
  );
}

/** Connects again until the stream is complete, as clients do. */
async function followAgain(follower: Follower, server: Server): Promise<void> {
  while (!(await follower.follow(server).completed)) await delay(200);
}

function terminateOthers(url: string): Promise<void> {
  return withClient(url, async (client) => {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name <> 'sightline-test-harness'
         and backend_type = 'client backend'`,
    );
  });
}

async function crashBackend(url: string): Promise<void> {
  const pid = await withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'sightline-listen'`,
    );
    return rows[0]!.pid;
  });
  process.kill(pid, 'SIGKILL');
}
