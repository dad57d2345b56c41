import type { Stats } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ignoreMissing } from './staging.ts';

/** What an engine has been given may not be taken away before it has read it; it does not wait this long for its turn. */
const inUseMs = 600_000;

export interface DiskCache {
  /** The file of this name, which counts as used now; `fetch` makes it at the path it is given when it is not there. */
  file(name: string, fetch: (target: string) => Promise<void>): Promise<string>;
  remove(name: string): Promise<void>;
  /** Removes what was not used for this long. @returns how many */
  sweep(olderThanMs: number): Promise<number>;
}

export interface DiskCacheOptions {
  directory: string;
  /** A fresh path on the same file system, for files that are on their way. */
  temporaryFile(): string;
  /** Bytes above which what was used longest ago goes. What was used within ten minutes stays all the same. */
  maxBytes: number;
}

/**
 * Copies of files that never change under their name. When each was used last is its modification time, so that several
 * processes may share the directory, and one that starts knows what its predecessor had.
 */
export async function openDiskCache({ directory, temporaryFile, maxBytes }: DiskCacheOptions): Promise<DiskCache> {
  await mkdir(directory, { recursive: true });
  const fetching = new Map<string, Promise<string>>();
  let addedBytes = 0;
  let trimming: Promise<unknown> = trim();

  async function add(name: string, fetch: (target: string) => Promise<void>): Promise<string> {
    const target = join(directory, name);
    const partial = temporaryFile();
    try {
      await fetch(partial);
      const { size } = await stat(partial);
      await mkdir(dirname(target), { recursive: true });
      await rename(partial, target);
      addedBytes += size;
    } finally {
      await rm(partial, { force: true });
    }
    // Looking through the directory for every file would cost more than what goes over the limit in between.
    if (addedBytes > maxBytes / 20) {
      addedBytes = 0;
      trimming = trimming.then(trim);
    }
    return target;
  }

  async function list(): Promise<{ path: string; stats: Stats }[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          return { path, stats: await stat(path).catch(ignoreMissing) };
        }),
    );
    return files.flatMap(({ path, stats }) => (stats ? [{ path, stats }] : []));
  }

  /** Of a process that shares the directory a file may be in use since it was listed. */
  async function removeIdle(path: string, idleMs: number): Promise<boolean> {
    const stats = await stat(path).catch(ignoreMissing);
    if (!stats || stats.mtimeMs > Date.now() - idleMs) return false;
    await rm(path, { force: true });
    return true;
  }

  async function trim(): Promise<void> {
    const files = (await list()).sort((a, b) => a.stats.mtimeMs - b.stats.mtimeMs);
    let total = files.reduce((sum, { stats }) => sum + stats.size, 0);
    for (const { path, stats } of files) {
      if (total <= maxBytes) return;
      if (await removeIdle(path, inUseMs)) total -= stats.size;
    }
  }

  await trimming;
  return {
    async file(name, fetch) {
      const path = join(directory, name);
      const now = new Date();
      const isThere = await utimes(path, now, now).then(() => true, ignoreMissing);
      if (isThere) return path;
      const known = fetching.get(name);
      if (known) return known;
      const added = add(name, fetch).finally(() => fetching.delete(name));
      fetching.set(name, added);
      return added;
    },

    remove: (name) => rm(join(directory, name), { force: true }),

    async sweep(olderThanMs) {
      let removed = 0;
      for (const { path } of await list()) if (await removeIdle(path, olderThanMs)) removed += 1;
      return removed;
    },
  };
}
