import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findHome, openHome } from '../../../src/database/embedded/home.ts';
import { findBarrier } from '../../../src/database/embedded/reachable.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-home-'));
  await chmod(root, 0o755);
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('findBarrier', () => {
  test('names the topmost directory that the user may not enter', async () => {
    await mkdir(path.join(root, 'closed', 'inner'), { recursive: true });
    await chmod(path.join(root, 'closed'), 0o700);
    expect(await findBarrier({ uid: 12345, gid: 12345 }, path.join(root, 'closed', 'inner'))).toMatch(/closed$/);
  });

  test('finds none where everybody may pass without listing', async () => {
    await chmod(root, 0o711);
    expect(await findBarrier({ uid: 12345, gid: 12345 }, root)).toBeNull();
  });
});

describe('openHome', () => {
  test('makes a private directory below DATA_DIR', async () => {
    const home = await openHome(path.join(root, 'data'));
    expect(home.directory).toMatch(/data\/postgres$/);
    expect((await stat(home.directory)).mode & 0o777).toBe(0o700);
    expect(await findHome(path.join(root, 'data'))).toEqual(home);
  });

  test('is not there before it was made', async () => {
    expect(await findHome(path.join(root, 'data'))).toBeNull();
  });

  describe.runIf(isRoot)('started by root', () => {
    test('gives the directory to an unprivileged user and lets that user pass through DATA_DIR', async () => {
      const dataDir = await mkdtemp(path.join(root, 'data-'));
      const home = await openHome(dataDir);
      expect(home.user).toEqual(nobody);
      expect((await stat(home.directory)).uid).toBe(nobody.uid);
      expect(await findBarrier(nobody, home.directory)).toBeNull();
    });

    test('keeps the unprivileged owner that a directory has', async () => {
      const { chown } = await import('node:fs/promises');
      const directory = path.join(root, 'data', 'postgres');
      await mkdir(directory, { recursive: true });
      await chown(directory, 1000, 1000);
      expect((await openHome(path.join(root, 'data'))).user).toEqual({ uid: 1000, gid: 1000 });
    });

    test('goes elsewhere when DATA_DIR is below a closed directory, and finds its way back', async () => {
      const dataDir = path.join(root, 'closed', 'data');
      await mkdir(path.join(root, 'closed'), { mode: 0o700 });
      const elsewhere = path.join(root, 'elsewhere');
      const home = await openHome(dataDir, undefined, elsewhere);
      expect(path.dirname(home.directory)).toBe(elsewhere);
      expect(await openHome(dataDir, undefined, elsewhere)).toEqual(home);
      expect(await readdir(elsewhere)).toHaveLength(1);
      expect((await stat(path.join(root, 'closed'))).mode & 0o777).toBe(0o700);
    });

    test('says so when the place it went to is gone, instead of beginning empty', async () => {
      const dataDir = path.join(root, 'data');
      await mkdir(dataDir);
      await writeFile(path.join(dataDir, 'postgres.location'), `${path.join(root, 'lost')}\n`);
      await expect(openHome(dataDir)).rejects.toThrow(/says that the database is in .*lost, which does not exist/);
    });

    test('does not leave a database behind when the way to it was closed afterwards', async () => {
      const dataDir = path.join(root, 'open', 'data');
      await openHome(dataDir);
      await chmod(path.join(root, 'open'), 0o700);
      await expect(openHome(dataDir, undefined, path.join(root, 'elsewhere'))).rejects.toThrow(
        /may not enter .*open\./,
      );
    });
  });
});
