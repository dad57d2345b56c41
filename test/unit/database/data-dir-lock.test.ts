import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataDir } from '../../../src/database/data-dir-lock.ts';

let parent: string;
let dataDir: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'sightline-lock-'));
  dataDir = path.join(parent, 'not', 'there', 'yet');
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** A process that takes the lock and holds it until it is killed. */
async function lockInOtherProcess(): Promise<ChildProcess> {
  const module = pathToFileURL(path.join(import.meta.dirname, '../../../src/database/data-dir-lock.ts')).href;
  const program = `
    const { lockDataDir } = await import(${JSON.stringify(module)});
    await lockDataDir(${JSON.stringify(dataDir)});
    console.log('locked');
    setInterval(() => undefined, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('lockDataDir', () => {
  test('refuses a second holder with one sentence that names the first', async () => {
    const child = await lockInOtherProcess();
    try {
      await expect(lockDataDir(dataDir)).rejects.toThrow(
        new RegExp(
          `^DATA_DIR ${dataDir} is in use by another Sightline process \\(pid ${child.pid} on .+, since .+\\)\\. Stop`,
        ),
      );
    } finally {
      await kill(child);
    }
  });

  test('is free once its holder was killed, and tells who that was', async () => {
    const child = await lockInOtherProcess();
    await kill(child);
    const lock = await lockDataDir(dataDir);
    expect(lock.previousHolder).toMatchObject({ pid: child.pid });
    await lock.release();
  });

  test('refuses a second holder in the same process', async () => {
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(`pid ${process.pid}`);
    await lock.release();
  });

  test('knows of no crash after a clean release, and keeps the id of the directory', async () => {
    const first = await lockDataDir(dataDir);
    await Promise.all([first.release(), first.release()]);
    const second = await lockDataDir(dataDir);
    expect(second.previousHolder).toBeNull();
    expect(second.dataDirId).toBe(first.dataDirId);
    expect(second.dataDirId).toMatch(/^[0-9a-f-]{36}$/);
    await second.release();
  });

  test('still refuses after a failed attempt: looking at a lock does not free it', async () => {
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow('is in use');
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { lockDataDir } = await import(${JSON.stringify(pathToFileURL(path.join(import.meta.dirname, '../../../src/database/data-dir-lock.ts')).href)});
         await lockDataDir(${JSON.stringify(dataDir)}).then(() => process.exit(0), () => process.exit(3));`,
      ],
      { stdio: 'inherit' },
    );
    expect(await once(child, 'exit')).toEqual([3, null]);
    await lock.release();
  });
});
