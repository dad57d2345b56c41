import { appendFile, chown, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { clusterDir, type Home } from './home.ts';
import { runProgram } from './run-program.ts';
import { readPassword, writePassword } from './secret-file.ts';

export const databaseName = 'sightline';

/** The superuser of the cluster. See roles.ts for the role that everything else uses. */
const superuserRole = 'sightline';

/** The file that postgresql.conf includes, relative to the cluster. */
export const settingsFileName = 'sightline.conf';

const unfinishedPrefix = 'cluster-unfinished-';

/** Creates the cluster if there is none (about 0.7 s). An interrupted attempt leaves nothing that a later start would use. */
export async function ensureCluster(binaries: Binaries, home: Home, durable: boolean): Promise<void> {
  const version = await readClusterVersion(home);
  const wanted = binaries.version.split('.')[0];
  if (version === wanted) return;
  if (version !== null) {
    throw new Error(
      `The database in ${home.directory} was created by PostgreSQL ${version}, but the bundled programs are of PostgreSQL ${wanted} and cannot ` +
        `open it. Go back to the release of Sightline that created it and export the data, or set DATABASE_URL to your own server.`,
    );
  }
  await removeUnfinished(home);
  const directory = await mkdtemp(path.join(home.directory, unfinishedPrefix));
  if (home.user) await chown(directory, home.user.uid, home.user.gid);
  await initialise(binaries, home, directory, durable);
  await rename(directory, clusterDir(home));
}

/** URL of a server of this cluster for its superuser; the password is in a file that only the server's user can read. */
export async function superuserUrl(home: Home, port: number, database: string): Promise<string> {
  const password = await readPassword(passwordFile(home));
  if (password === null) throw new Error(`${passwordFile(home)} is missing. Restore it from a backup of DATA_DIR.`);
  return `postgres://${superuserRole}:${password}@127.0.0.1:${port}/${database}`;
}

function passwordFile(home: Home): string {
  return path.join(home.directory, 'password');
}

async function initialise(binaries: Binaries, home: Home, directory: string, durable: boolean): Promise<void> {
  await writePassword(home, passwordFile(home));
  const args = [
    ...['--pgdata', directory, '--username', superuserRole, '--pwfile', passwordFile(home), '--auth', 'scram-sha-256'],
    // The builtin provider sorts the same on every machine and with every C library, so no index breaks when the image changes.
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
  ];
  const { exitCode, output } = await runProgram(binaries, 'initdb', args, home);
  if (exitCode !== 0) {
    throw new Error(
      `The database in ${home.directory} could not be created (initdb ended with ${exitCode}): ${output}`,
    );
  }
  await appendFile(path.join(directory, 'postgresql.conf'), `\ninclude '${settingsFileName}'\n`);
}

/** Major version of PostgreSQL; null: there is no cluster. */
export async function readClusterVersion(home: Home): Promise<string | null> {
  if (!(await stat(clusterDir(home)).catch(() => null))) return null;
  return (await readFile(path.join(clusterDir(home), 'PG_VERSION'), 'utf8')).trim();
}

async function removeUnfinished(home: Home): Promise<void> {
  for (const name of await readdir(home.directory)) {
    if (name.startsWith(unfinishedPrefix)) await rm(path.join(home.directory, name), { recursive: true, force: true });
  }
}
