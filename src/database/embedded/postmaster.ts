import { readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { superuserUrl } from './cluster.ts';
import { clusterDir, type Home } from './home.ts';

/** What postmaster.pid says about a server. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server that runs on this home's cluster, if any. postmaster.pid alone proves nothing: after kill -9 or a reboot it names a
 * process that no longer exists, or another program.
 */
export async function findPostmaster(home: Home): Promise<Postmaster | null> {
  const written = await readPostmasterFile(home);
  if (!written || !isAlive(written.pid)) return null;
  return (await isPostmasterOf(home, written)) ? written : null;
}

/**
 * Whether the process of a server that was running has ended. Unlike {@link findPostmaster} it never connects to the server, so a
 * frozen one counts as running.
 */
export async function hasEnded(home: Home, { pid }: Postmaster): Promise<boolean> {
  if (!isAlive(pid)) return true;
  return process.platform === 'linux' && !(await worksIn(pid, clusterDir(home)));
}

/**
 * Removes a postmaster.pid whose pid now belongs to another program: PostgreSQL would mistake that program for itself and not
 * start. A file whose process has ended stays, because PostgreSQL also uses it to check that no orphaned child is left.
 */
export async function removeMisleadingPidFile(home: Home): Promise<void> {
  const written = await readPostmasterFile(home);
  if (written && isAlive(written.pid) && !(await isPostmasterOf(home, written))) {
    await rm(pidFile(home), { force: true });
  }
}

/**
 * Waits for the moment between the end of a server's work, which pg_ctl waits for, and the end of its process. 5 s at most: a
 * process that is left then does no harm.
 */
export async function waitUntilGone(home: Home, postmaster: Postmaster): Promise<void> {
  const deadline = Date.now() + 5000;
  // In a container whose first process does not reap children it stays as a zombie, which has no working directory.
  while (Date.now() < deadline && !(await hasEnded(home, postmaster))) await delay(5);
}

function pidFile(home: Home): string {
  return path.join(clusterDir(home), 'postmaster.pid');
}

async function readPostmasterFile(home: Home): Promise<Postmaster | null> {
  let text: string;
  try {
    text = await readFile(pidFile(home), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  // pid, data directory, start time, port, socket directory, listen address, shared memory, status
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 0 ? { pid, port: port || 0 } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isPostmasterOf(home: Home, { pid, port }: Postmaster): Promise<boolean> {
  return process.platform === 'linux' ? worksIn(pid, clusterDir(home)) : answersFor(home, port);
}

/** A postmaster's working directory is its cluster. */
async function worksIn(pid: number, directory: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === directory;
  } catch {
    // EACCES: a process of another user, so not the server we started. ENOENT: it ended meanwhile.
    return false;
  }
}

/** Without /proc: only our server knows our password and reports our directory. */
async function answersFor(home: Home, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: await superuserUrl(home, port, 'postgres'),
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined); // reported by the query below
  try {
    await client.connect();
    const { rows } = await client.query<{ directory: string }>(`select current_setting('data_directory') as directory`);
    return path.resolve(rows[0]?.directory ?? '') === clusterDir(home);
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
