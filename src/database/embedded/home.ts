import { chmod, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { makeDataDir } from '../data-dir.ts';
import { findBarrier } from './reachable.ts';
import { chooseServerUser, giveTo, type ServerUser } from './server-user.ts';

/** The directory of an embedded server, and the user that owns it. */
export interface Home {
  /** Absolute, without symbolic links. */
  directory: string;
  /** null: the user of this process. */
  user: ServerUser | null;
}

/**
 * Names the directory of the server if it cannot be inside root's DATA_DIR, because that is below a closed directory (/root): see
 * {@link openHome}.
 */
export const pointerName = 'postgres.location';

/** The cluster itself, which only PostgreSQL's own programs change. */
export function clusterDir(home: Home): string {
  return path.join(home.directory, 'cluster');
}

/** Finds the home of an embedded server without changing anything; null if DATA_DIR has none yet. */
export async function findHome(dataDir: string): Promise<Home | null> {
  const directory = (await readPointer(dataDir)) ?? path.join(dataDir, 'postgres');
  if (!(await isDirectory(directory))) return null;
  return { directory: await realpath(directory), user: await chooseServerUser(directory) };
}

/**
 * Finds or creates the home of the embedded server of a DATA_DIR.
 *
 * When root starts it, the server runs as an unprivileged user, who must be able to reach it. A closed DATA_DIR is opened for
 * traversal (o+x, no listing). A closed directory above it (a checkout in /root) is not changed: the home is then created under
 * `elsewhere`, and a file in DATA_DIR says where.
 *
 * @param elsewhere default /var/lib/sightline
 */
export async function openHome(dataDir: string, logger?: Logger, elsewhere = '/var/lib/sightline'): Promise<Home> {
  await makeDataDir(dataDir);
  const known = await findHome(dataDir);
  const user = known ? known.user : await chooseServerUser(path.join(dataDir, 'postgres'));
  const remembered = await readPointer(dataDir);
  if (remembered && !known) throw new Error(lostHome(dataDir, remembered));
  const directory = known?.directory ?? path.join(dataDir, 'postgres');
  if (!user) return makeOwnHome(directory);

  const barrier = await openBarrier(user, remembered ? directory : dataDir);
  if (!barrier) return makeHome(directory, user);
  if (known) {
    throw new Error(
      `The database in ${directory} belongs to uid ${user.uid}, which may not enter ${barrier}. ` +
        `Move DATA_DIR to a directory that others may enter, or run \`chmod o+x ${barrier}\`.`,
    );
  }
  return makeHomeElsewhere(dataDir, barrier, user, elsewhere, logger);
}

/** Opens DATA_DIR itself if it is the barrier; returns a barrier that remains. */
async function openBarrier(user: ServerUser, dataDir: string): Promise<string | null> {
  const barrier = await findBarrier(user, dataDir);
  if (barrier === null || barrier !== (await realpath(dataDir))) return barrier;
  await chmod(dataDir, (await stat(dataDir)).mode | 0o001);
  return findBarrier(user, dataDir);
}

async function makeOwnHome(directory: string): Promise<Home> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { uid } = await stat(directory);
  // getuid does not exist on Windows, where everything belongs to 0.
  if (uid !== (process.getuid?.() ?? 0)) {
    throw new Error(
      `The database in ${directory} belongs to uid ${uid}, but this process runs as uid ${process.getuid?.()}. ` +
        `Run Sightline as that user, or change the owner of the directory: chown -R ${process.getuid?.()} ${directory}`,
    );
  }
  return { directory: await realpath(directory), user: null };
}

async function makeHome(directory: string, user: ServerUser): Promise<Home> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Only what root itself created or copied here; chooseServerUser keeps any other owner.
  if ((await stat(directory)).uid !== user.uid) await giveTo(user, directory);
  return { directory: await realpath(directory), user };
}

async function makeHomeElsewhere(
  dataDir: string,
  barrier: string,
  user: ServerUser,
  elsewhere: string,
  logger?: Logger,
): Promise<Home> {
  const why = `DATA_DIR is below ${barrier}, which the database's unprivileged user (uid ${user.uid}) may not enter`;
  let directory: string;
  try {
    const created = await mkdir(elsewhere, { recursive: true });
    // Not with mkdir's mode, from which the umask removes what the database's user needs.
    if (created) await chmod(elsewhere, 0o711);
    // A new name each time: after `rm -r data` the next start must begin empty, not find an old database.
    directory = await mkdtemp(path.join(elsewhere, 'postgres-'));
  } catch (error) {
    throw new Error(`${why}, and ${elsewhere} is not writable. Set DATA_DIR to a directory outside ${barrier}.`, {
      cause: error,
    });
  }
  const barrierElsewhere = await findBarrier(user, elsewhere);
  if (barrierElsewhere)
    throw new Error(
      `${why}, and it may not enter ${barrierElsewhere} either. Set DATA_DIR to a directory that others may enter.`,
    );
  await writeFile(path.join(dataDir, pointerName), `${directory}\n`);
  logger?.warn({ directory }, `${why}, so the database is in ${directory}. Back up both directories.`);
  return makeHome(directory, user);
}

async function readPointer(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(path.join(dataDir, pointerName), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isDirectory(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function lostHome(dataDir: string, directory: string): string {
  const pointer = path.join(dataDir, pointerName);
  return `${pointer} says that the database is in ${directory}, which does not exist. Restore that directory, or remove ${pointer} to begin with an empty database.`;
}
