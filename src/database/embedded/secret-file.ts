import { randomBytes } from 'node:crypto';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import type { Home } from './home.ts';

/** Writes a new random password that only the server's user can read. */
export async function writePassword(home: Home, file: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (home.user) await chown(file, home.user.uid, home.user.gid);
}

/** null: there is none. */
export async function readPassword(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
