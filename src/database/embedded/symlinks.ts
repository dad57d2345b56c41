import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';

interface Link {
  /** The target of the link, relative to the package. npm archives cannot contain links, hence this list. */
  source: string;
  /** The path of the link. */
  target: string;
}

/** Links that the package's install script creates and that are missing (npm ci --ignore-scripts). */
export async function missingSymlinks(binaries: Binaries): Promise<Link[]> {
  const links = await readLinks(binaries);
  const present = await Promise.all(links.map((link) => exists(path.join(binaries.root, link.target))));
  return links.filter((_, index) => !present[index]);
}

/** Creates missing links. Several processes may do this at the same time. */
export async function makeSymlinks(binaries: Binaries, links: Link[]): Promise<void> {
  for (const link of links) {
    const to = path.relative(path.dirname(link.target), link.source);
    await symlink(to, path.join(binaries.root, link.target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function readLinks(binaries: Binaries): Promise<Link[]> {
  const list = path.join(binaries.root, 'native', 'pg-symlinks.json');
  try {
    return JSON.parse(await readFile(list, 'utf8')) as Link[];
  } catch (error) {
    // Windows archives have neither links nor a list.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
