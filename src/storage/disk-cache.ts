import type { Stats } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ignoreMissing } from './staging.ts';

/** A file must not be removed before the engine that it was given to has read it; engines read it sooner than this. */
const inUseMs = 600_000;

export interface DiskCache {
  /** The file with this name, which counts as used now. If it does not exist, `fetch` writes it to the given path. */
  file(name: string, fetch: (target: string) => Promise<void>): Promise<string>;
  remove(name: string): Promise<void>;
  /** Removes files that were not used for this long. @returns how many */
  sweep(olderThanMs: number): Promise<number>;
}

export interface DiskCacheOptions {
  directory: string;
  /** A new path on the same file system, for incoming files. */
  temporaryFile(): string;
  /** Above this many bytes, the least recently used files are removed, except those used within ten minutes. */
  maxBytes: number;
}

/**
 * Copies of files whose contents never change under a name. The modification time is the time of last use, so several processes can
 * share the directory, and a new process knows what its predecessor used.
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
    // Reading the directory for every file would cost more than exceeding the limit in between.
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

  /** Another process that shares the directory may have started to use a file since it was listed. */
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
