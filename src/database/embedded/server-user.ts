import { chown, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The user PostgreSQL runs as. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** nobody/nogroup on Linux; on other systems a number that owns nothing. It needs no entry in /etc/passwd. */
const nobodyUser: ServerUser = { uid: 65534, gid: 65534 };

/**
 * The user that the server must run as, null for our own. PostgreSQL does not run as root. A directory that already has an
 * unprivileged owner keeps it, so that a volume written by uid 1000 still opens when the container runs as root once.
 */
export async function chooseServerUser(directory: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(directory).catch(() => null);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobodyUser;
}

/** Gives a directory and everything below it to a user. Symbolic links are changed themselves, not followed. */
export async function giveTo(user: ServerUser, directory: string): Promise<void> {
  await chown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { recursive: true })) {
    const file = path.join(directory, entry);
    if (!(await lstat(file)).isSymbolicLink()) await chown(file, user.uid, user.gid);
  }
}
