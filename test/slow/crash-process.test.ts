import { describe, expect, test } from 'vitest';
import { findEmbeddedServer } from '../../src/database/embedded-server.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, submitShelves } from './support/batch.ts';
import { Follower, inTheMiddle } from './support/follow.ts';
import { expectExactlyTheLog, readHeld } from './support/log.ts';

const size = 16;

describe('kill -9 of `sightline start` in the middle of a batch', () => {
  test.each([
    { killed: 'the process', all: false },
    { killed: 'the process, its engines and PostgreSQL at one blow', all: true },
  ])('of $killed: the next start goes on, and a client that resumes hears of every change once', async ({ all }) => {
    const installation = await createInstallation();
    const { apiKey } = installation;
    const first = await installation.start();
    const batch = await submitShelves({ url: first.url, apiKey }, size);
    const follower = new Follower(batch);
    const before = follower.follow({ url: first.url, apiKey });
    await follower.until(inTheMiddle);

    const postgresPid = (await installation.postgresPid())!;
    const engines = await first.enginePids();
    expect(engines).toHaveLength(2);
    first.kill('SIGKILL');
    if (all) for (const pid of [postgresPid, ...engines]) process.kill(pid, 'SIGKILL');
    // `ended` waits for the engines, too: they notice by themselves that their worker is gone.
    expect(await first.ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(await before.completed).toBe(false);

    const second = await installation.start();
    expect((await installation.postgresPid()) === postgresPid).toBe(!all);
    if (!all) await second.logged('Adopted the embedded PostgreSQL');
    const databaseUrl = (await findEmbeddedServer(installation.dataDir))!.url;
    // By the time it is ready the dead one is known to be dead, though it has not been silent for long: nobody waits for that.
    expect((await readHeld(databaseUrl)).workers).toBe(1);
    expect((await second.logged('Returned the work of dead workers to the queue.')).workers).toBe(1);
    const after = follower.follow({ url: second.url, apiKey });
    expect(await after.completed).toBe(true);

    await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    const state = await readBatch({ url: second.url, apiKey }, batch.id);
    expect(state).toMatchObject({ status: 'COMPLETED', total: size, completed: size, failed: 0, processing: 0 });
    const interrupted = follower.changes.filter(
      (change) => change.previousStatus === 'RUNNING' && change.status === 'QUEUED',
    );
    expect(interrupted.length).toBeGreaterThan(0);
    for (const { analysisId } of interrupted)
      expect(state.analyses.find(({ id }) => id === analysisId)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    expect(await readHeld(databaseUrl)).toEqual({ running: 0, leased: 0, workers: 1 });
  });
});
