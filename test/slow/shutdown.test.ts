import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findEmbeddedServer, startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, submitShelves } from './support/batch.ts';
import { Follower, inTheMiddle } from './support/follow.ts';
import { expectExactlyTheLog, readHeld } from './support/log.ts';

const size = 16;

describe('SIGTERM in the middle of a batch', () => {
  test.each([
    { what: 'lets what is claimed finish within the grace', graceSeconds: '60', givesBack: false },
    { what: 'gives back what runs when there is no grace', graceSeconds: '0', givesBack: true },
  ])('$what, and the next start completes the batch', async ({ graceSeconds, givesBack }) => {
    // One engine, whose worker claims a part of the batch only.
    const installation = await createInstallation({ SHUTDOWN_GRACE_SECONDS: graceSeconds, ENGINES: '1' });
    const { apiKey } = installation;
    const first = await installation.start();
    const batch = await submitShelves({ url: first.url, apiKey }, size);
    const follower = new Follower(batch);
    const before = follower.follow({ url: first.url, apiKey });
    await follower.until(inTheMiddle);

    // As where a terminal signals all of its processes, and npm hands it on.
    first.kill('SIGINT');
    first.kill('SIGTERM');
    // `complete` would say that nothing more comes; 1001 makes every client connect again.
    expect(await before.completed).toBe(false);
    expect(await before.closed).toMatchObject({ code: 1001 });
    expect(await first.ended).toEqual({ exitCode: 0, signal: null });
    await expect(fetch(`${first.url}/livez`)).rejects.toThrow('fetch failed');
    expect(await installation.postgresPid()).toBeNull();
    expect(await readHeldAtRest(installation.dataDir)).toEqual({ running: 0, leased: 0, workers: 0 });

    const second = await installation.start();
    const after = follower.follow({ url: second.url, apiKey });
    expect(await after.completed).toBe(true);
    const databaseUrl = (await findEmbeddedServer(installation.dataDir))!.url;
    await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    const givenBack = follower.changes.filter((change) => change.status === 'QUEUED' && change.previousStatus !== null);
    expect(givenBack.length > 0).toBe(givesBack);
    const state = await readBatch({ url: second.url, apiKey }, batch.id);
    expect(state).toMatchObject({ status: 'COMPLETED', completed: size, failed: 0 });
  });

  test('ends at once when it comes twice, and the next start completes the batch', async () => {
    const installation = await createInstallation({ SHUTDOWN_GRACE_SECONDS: '3600' });
    const { apiKey } = installation;
    const first = await installation.start();
    const batch = await submitShelves({ url: first.url, apiKey }, size);
    const follower = new Follower(batch);
    const before = follower.follow({ url: first.url, apiKey });
    await follower.until(inTheMiddle);

    first.kill('SIGTERM');
    await first.logged('Stopping. Send the signal again to stop at once.');
    // One that follows the first within half a second is taken for the same.
    const again = setInterval(() => first.kill('SIGTERM'), 100);
    void first.ended.finally(() => clearInterval(again));
    expect(await first.ended).toEqual({ exitCode: 1, signal: null });
    expect(await before.completed).toBe(false);

    const second = await installation.start();
    expect(await follower.follow({ url: second.url, apiKey }).completed).toBe(true);
    const databaseUrl = (await findEmbeddedServer(installation.dataDir))!.url;
    await expectExactlyTheLog(databaseUrl, batch, follower.changes);
    expect(await readBatch({ url: second.url, apiKey }, batch.id)).toMatchObject({
      status: 'COMPLETED',
      completed: size,
    });
  });
});

describe('a terminal that closes', () => {
  test('stops everything, also PostgreSQL', async () => {
    const installation = await createInstallation({ ENGINES: '1' });
    const server = await installation.start();
    // On the way a person who waits is told for what.
    await server.logged('Starting PostgreSQL.');
    await server.logged('Waiting for the first engine');
    expect(await installation.postgresPid()).not.toBeNull();
    expect(await readableByOthers(installation.dataDir)).toEqual([]);
    server.hangUp();
    expect(await server.ended).toEqual({ exitCode: 0, signal: null });
    expect(await installation.postgresPid()).toBeNull();
  });

  test.each(['SIGHUP', 'SIGINT'] as const)(
    'with %s lets a command stop the PostgreSQL that it started',
    async (signal) => {
      const installation = await createInstallation();
      const command = await installation.run('organizations', 'list');
      const ended = once(command, 'exit');
      const pidFile = join(installation.dataDir, 'postgres', 'cluster', 'postmaster.pid');
      while (command.exitCode === null && !existsSync(pidFile)) await setTimeout(10);
      command.kill(signal);
      expect(await ended).toEqual([null, signal]);
      expect(await installation.postgresPid()).toBeNull();
    },
  );
});

/** Of what a process wrote into its DATA_DIR: whatever others may read, list or change. They may pass through DATA_DIR itself. */
async function readableByOthers(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true });
  // Working directories that the test made, and what PostgreSQL protects itself.
  const written = entries.filter((name) => !/^(process-|postgres\/cluster\/)/.test(name));
  expect(written).toContain('blobs');
  const modes = await Promise.all(written.map(async (name) => (await stat(join(dataDir, name))).mode));
  return written.filter((_, index) => modes[index]! & 0o077);
}

/** What the database says while no process of ours works on it; also shows that its lock is free. */
async function readHeldAtRest(dataDir: string) {
  const server = await startEmbeddedServer({ dataDir });
  try {
    return await readHeld(server.url);
  } finally {
    await server.stop();
  }
}
