import { chmod, cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { findBarrier } from './reachable.ts';
import { makeSymlinks, missingSymlinks } from './symlinks.ts';

/**
 * Binaries that the server's user can run: the installed ones, or a copy (60 MB) in the server's home when that user cannot reach
 * them (a checkout in /root) or their links are missing and cannot be made there (read-only node_modules).
 *
 * The copy is not in /tmp, which cleaners empty while the server runs, and where any user can take the name.
 */
export async function makeBinariesUsable(installed: Binaries, home: Home, logger?: Logger): Promise<Binaries> {
  const barrier = home.user && (await findBarrier(home.user, path.join(installed.root, 'native', 'bin')));
  if (barrier) return copyBinaries(installed, home, `uid ${home.user?.uid} may not enter ${barrier}`, logger);
  const missing = await missingSymlinks(installed);
  if (missing.length === 0) return installed;
  try {
    await makeSymlinks(installed, missing);
    logger?.info(
      `Created ${missing.length} missing links of the bundled PostgreSQL, whose install script was skipped.`,
    );
    return installed;
  } catch (error) {
    return copyBinaries(installed, home, `its links cannot be created: ${(error as Error).message}`, logger);
  }
}

async function copyBinaries(installed: Binaries, home: Home, why: string, logger?: Logger): Promise<Binaries> {
  const copy: Binaries = {
    root: path.join(home.directory, `binaries-${installed.version}`),
    version: installed.version,
  };
  if (await stat(copy.root).catch(() => null)) return copy;
  logger?.info({ to: copy.root }, `Copying the bundled PostgreSQL, because ${why}.`);
  await removeCopies(home);
  // Copied under another name, then renamed: an interrupted copy must not be mistaken for a complete one.
  const unfinished = { ...copy, root: await mkdtemp(path.join(home.directory, 'binaries-unfinished-')) };
  await cp(path.join(installed.root, 'native'), path.join(unfinished.root, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await makeSymlinks(unfinished, await missingSymlinks(unfinished));
  await chmod(unfinished.root, 0o755);
  await rename(unfinished.root, copy.root);
  return copy;
}

/** Removes copies of other versions, and what an interrupted copy left. */
async function removeCopies(home: Home): Promise<void> {
  for (const name of await readdir(home.directory)) {
    if (name.startsWith('binaries-')) await rm(path.join(home.directory, name), { recursive: true, force: true });
  }
}
