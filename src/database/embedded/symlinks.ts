import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';

interface Link {
  /** Where the link points, relative to the package: an npm archive cannot carry links, hence this list. */
  source: string;
  /** Where the link lies. */
  target: string;
}

/** The links that the package's install script would have made and that are not there (npm ci --ignore-scripts). */
export async function missingSymlinks(binaries: Binaries): Promise<Link[]> {
  const links = await readLinks(binaries);
  const present = await Promise.all(links.map((link) => exists(path.join(binaries.root, link.target))));
  return links.filter((_, index) => !present[index]);
}

/** Makes missing links. Safe when several processes do it at once. */
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
    // Windows archives come without links and without a list.
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
