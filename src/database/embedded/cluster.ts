import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { clusterDir, type Home } from './home.ts';
import { runProgram } from './run-program.ts';

/** The cluster's superuser and its database. */
export const DATABASE_NAME = 'sightline';

/** The file that postgresql.conf includes, relative to the cluster. */
export const SETTINGS_FILE = 'sightline.conf';

const UNFINISHED = 'cluster-unfinished-';

/** Makes the cluster when there is none (about 0.7 s). A cut-short attempt leaves nothing that a later start would trust. */
export async function ensureCluster(binaries: Binaries, home: Home, durable: boolean): Promise<void> {
  const version = await readClusterVersion(home);
  const wanted = binaries.version.split('.')[0];
  if (version === wanted) return;
  if (version !== null) {
    throw new Error(
      `The database in ${home.directory} is of PostgreSQL ${version}, the bundled programs are ${wanted}, and they do not open each ` +
        `other's files. Go back to the release that made it and export, or set DATABASE_URL to a server of your own.`,
    );
  }
  await removeUnfinished(home);
  const directory = await mkdtemp(path.join(home.directory, UNFINISHED));
  if (home.user) await chown(directory, home.user.uid, home.user.gid);
  await initialise(binaries, home, directory, durable);
  await rename(directory, clusterDir(home));
}

/** How to reach a server of this cluster; the password lies in a file that only the server's user can read. */
export async function databaseUrl(home: Home, port: number, database = DATABASE_NAME): Promise<string> {
  const password = (await readFile(passwordFile(home), 'utf8')).trim();
  return `postgres://${DATABASE_NAME}:${password}@127.0.0.1:${port}/${database}`;
}

function passwordFile(home: Home): string {
  return path.join(home.directory, 'password');
}

async function initialise(binaries: Binaries, home: Home, directory: string, durable: boolean): Promise<void> {
  await writePassword(home);
  const args = [
    ...['--pgdata', directory, '--username', DATABASE_NAME, '--pwfile', passwordFile(home), '--auth', 'scram-sha-256'],
    // The builtin provider sorts alike on every machine and with every C library, so no index breaks when the image changes.
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
  ];
  const { exitCode, output } = await runProgram(binaries, 'initdb', args, home);
  if (exitCode !== 0) {
    throw new Error(`The database in ${home.directory} could not be made (initdb ended with ${exitCode}): ${output}`);
  }
  await appendFile(path.join(directory, 'postgresql.conf'), `\ninclude '${SETTINGS_FILE}'\n`);
}

async function writePassword(home: Home): Promise<void> {
  await rm(passwordFile(home), { force: true });
  await writeFile(passwordFile(home), `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (home.user) await chown(passwordFile(home), home.user.uid, home.user.gid);
}

async function readClusterVersion(home: Home): Promise<string | null> {
  if (!(await stat(clusterDir(home)).catch(() => null))) return null;
  return (await readFile(path.join(clusterDir(home), 'PG_VERSION'), 'utf8')).trim();
}

async function removeUnfinished(home: Home): Promise<void> {
  for (const name of await readdir(home.directory)) {
    if (name.startsWith(UNFINISHED)) await rm(path.join(home.directory, name), { recursive: true, force: true });
  }
}
