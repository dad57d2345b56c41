import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { findEmbeddedServer } from '../../src/database/embedded-server.ts';
import { readMetrics, request } from '../support/client.ts';
import { createInstallation, type Installation, type SightlineProcess } from '../support/process.ts';
import { readBatch, submitShelves, untilCompleted } from './support/batch.ts';
import { Follower, ResyncError } from './support/follow.ts';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL, which runs as another user than root, must reach what is below.
  await chmod(folder, 0o711);
  return folder;
}

async function run(installation: Installation, ...args: string[]) {
  const child: ChildProcess = await installation.run(...args);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ]);
  return { stdout, stderr, exitCode };
}

/** A DATA_DIR below that of an installation, where nothing else is. The server stops with the process, before everything is removed. */
async function startIn(
  dataDir: string,
  apiKey: string,
): Promise<{ installation: Installation; process: SightlineProcess }> {
  const installation = await createInstallation({ DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey });
  const process = await installation.start();
  onTestFinished(async () => {
    process.kill('SIGTERM');
    await process.ended;
  });
  return { installation, process };
}

test('what was backed up while pictures were recognised is restored, with pictures, keys and a new epoch', async () => {
  const source = await createInstallation();
  const running = await source.start();
  const server = { url: running.url, apiKey: source.apiKey };
  const batch = await submitShelves(server, 2);
  await untilCompleted(server, batch.id);

  // Rows are written during the copy.
  const meanwhile = await submitShelves(server, 6);
  const folder = await makeFolder();
  const backup = path.join(folder, 'backup');
  expect(await run(source, 'backup', backup)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('is complete'),
  });
  const { createdAt } = JSON.parse(await readFile(path.join(backup, 'manifest.json'), 'utf8'));
  // Of before the copy: what came later may be missing in it.
  const copied = await stat(path.join(backup, 'postgres', 'cluster', 'PG_VERSION'));
  expect(Date.parse(createdAt)).toBeLessThanOrEqual(copied.mtimeMs);
  const metrics = await readMetrics(server);
  expect(Number(/^sightline_last_backup_age_seconds (.*)$/m.exec(metrics)![1])).toBeGreaterThan(0);
  await untilCompleted(server, meanwhile.id);
  const after = new Follower(await submitShelves(server, 1));
  await after.follow(server).completed;
  expect(await run(source, 'verify', backup)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('is whole'),
  });

  const target = path.join(folder, 'data');
  const restorer = await createInstallation({ DATA_DIR: target });
  expect(await run(restorer, 'restore', backup)).toMatchObject({ exitCode: 0, stderr: '' });
  const { process: restored } = await startIn(target, source.apiKey);
  const there = { url: restored.url, apiKey: source.apiKey };
  expect(await readBatch(there, batch.id)).toMatchObject({ status: 'COMPLETED', completed: 2, failed: 0 });
  // What was not done when the copy was made is done now.
  await untilCompleted(there, meanwhile.id);
  expect(await readBatch(there, meanwhile.id)).toMatchObject({ completed: 6, failed: 0 });
  await expect(readBatch(there, after.batch.id)).rejects.toThrow('No batch');
  const { body } = await request(there.url, {
    apiKey: there.apiKey,
    query: '{ images(first: 1) { edges { node { url } } } }',
  });
  expect((await fetch(body.data.images.edges[0].node.url)).status).toBe(200);
  const cursorOfLater = new Follower({ ...batch, eventCursor: after.changes.at(-1)!.cursor });
  await expect(cursorOfLater.follow(there).completed).rejects.toThrow(ResyncError);
});

test('a damaged or interrupted backup is named and not restored, and nothing is overwritten', async () => {
  const source = await createInstallation();
  const folder = await makeFolder();
  const backup = path.join(folder, 'backup');
  // Nothing runs: the command starts the server for itself.
  expect(await run(source, 'backup', backup)).toMatchObject({ exitCode: 0 });
  expect(await run(source, 'backup', backup)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('is not empty'),
  });

  const occupied = await run(source, 'restore', backup);
  expect(occupied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('already contains') });

  await writeFile(path.join(backup, 'postgres', 'cluster', 'PG_VERSION'), '0\n');
  const target = path.join(folder, 'data');
  const restorer = await createInstallation({ DATA_DIR: target });
  const damaged = await run(restorer, 'restore', backup);
  expect(damaged).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('postgres/cluster/PG_VERSION is missing or changed'),
  });
  await expect(readdir(target)).rejects.toThrow('ENOENT');

  await rm(path.join(backup, 'manifest.json'));
  const interrupted = await run(restorer, 'verify', backup);
  expect(interrupted).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is not a complete backup') });
});

test('a backup that is interrupted leaves an empty directory, and no server that runs', async () => {
  const source = await createInstallation();
  const folder = await makeFolder();
  const backup = path.join(folder, 'backup');
  const child = await source.run('backup', backup);
  const ended = once(child, 'exit');
  // Some hundred files are still to be copied then.
  const cluster = path.join(backup, 'postgres', 'cluster');
  await expect.poll(() => readdir(cluster).catch(() => []), { interval: 5, timeout: 60_000 }).not.toEqual([]);
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(await readdir(backup)).toEqual([]);
  expect(await findEmbeddedServer(source.dataDir)).toBeNull();
});
