import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openDiskCache } from '../../../src/storage/disk-cache.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-cache-'));
  const directory = root;
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

async function open(maxBytes = 1_000) {
  await mkdir(join(root, 'tmp'), { recursive: true });
  return openDiskCache({
    directory: join(root, 'blobs'),
    temporaryFile: () => join(root, 'tmp', randomUUID()),
    maxBytes,
  });
}

/** As it was used last so long ago. */
async function age(file: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  await utimes(file, then, then);
}

const never = () => Promise.reject(new Error('Fetched again.'));
const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

test('a file is fetched once, by all who want it at once, and is there for the next process', async () => {
  const cache = await open();
  let fetches = 0;
  const fetch = async (target: string) => {
    fetches += 1;
    await writeFile(target, 'picture');
  };
  const files = await Promise.all([cache.file('a/b/c', fetch), cache.file('a/b/c', fetch)]);
  expect(fetches).toBe(1);
  expect(await readFile(files[0]!, 'utf8')).toBe('picture');
  expect(await (await open()).file('a/b/c', never)).toBe(files[0]);
});

test('what cannot be fetched leaves nothing, and is tried again', async () => {
  const cache = await open();
  const broken = cache.file('a', async (target) => {
    await writeFile(target, 'half');
    throw new Error('cut off');
  });
  await expect(broken).rejects.toThrow('cut off');
  const file = await cache.file('a', (target) => writeFile(target, 'whole'));
  expect(await readFile(file, 'utf8')).toBe('whole');
});

test('above the limit what was used longest ago goes, but nothing that may be in use', async () => {
  // One that does not trim yet.
  const cache = await open(1_000_000);
  const add = (name: string) => cache.file(name, (target) => writeFile(target, Buffer.alloc(400)));
  const [oldest, older, recent] = [await add('oldest'), await add('older'), await add('recent')];
  await age(oldest, 7_200_000);
  await age(older, 3_600_000);
  // A use makes it young again.
  await cache.file('oldest', never);
  await open(1_000);
  expect(await Promise.all([oldest, older, recent].map(isThere))).toEqual([true, false, true]);
  await add('more');
  await open(1_000);
  expect(await Promise.all([oldest, recent].map(isThere))).toEqual([true, true]);
});

test('a sweep removes what nobody has used for that long', async () => {
  const cache = await open();
  const used = await cache.file('used', (target) => writeFile(target, 'x'));
  const idle = await cache.file('idle', (target) => writeFile(target, 'x'));
  await age(idle, 90_000_000);
  expect(await cache.sweep(86_400_000)).toBe(1);
  await expect(stat(idle)).rejects.toThrow('ENOENT');
  expect(await isThere(used)).toBe(true);
});
