import { accessSync, constants } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';

/** The process that took a lock, as recorded in a file beside the lock file. */
export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601 */
  since: string;
}

export interface FileLock {
  /** The last holder, if it did not release the lock; null after a clean release. */
  previousHolder: LockHolder | null;
  /** May be called more than once. */
  release(): Promise<void>;
}

const sqliteBusy = 5;

/**
 * Takes an exclusive lock that the kernel releases when this process ends, even by kill -9. Node has no flock, but its SQLite uses
 * the operating system's file locks. Rejected: the usual file with a pid. Pids are reused (at once in a container, where everything
 * is pid 1 or 7), and are meaningless in another container that mounts the same directory. Nothing else may open the lock file:
 * closing any descriptor of it releases a POSIX lock. That is why the holder is recorded in a separate file.
 *
 * @param subject what is locked, for the error's sentence: "DATA_DIR /srv/data"
 */
export async function acquireFileLock(file: string, subject: string): Promise<FileLock> {
  const holderFile = `${file}.holder.json`;
  const connection = openExclusively(file);
  const seen = await readHolder(holderFile);
  if (!connection) throw inUse(subject, seen);
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await writeFile(holderFile, `${JSON.stringify(holder)}\n`);
  let held = true;
  return {
    previousHolder: seen,
    async release() {
      if (!held) return;
      held = false;
      await rm(holderFile, { force: true });
      connection.close();
    },
  };
}

function openExclusively(file: string): DatabaseSync | null {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file);
    // On a read-only file, SQLite silently takes a shared lock instead.
    accessSync(file, constants.W_OK);
    // The journal is in memory: the transaction never writes, and a file beside the lock would only confuse people.
    connection.exec('pragma journal_mode = memory; begin exclusive');
    return connection;
  } catch (error) {
    connection?.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null;
    throw new Error(
      `Cannot lock ${file}: ${(error as Error).message}. Use a directory on a local, writable file system that has file locks.`,
      { cause: error },
    );
  }
}

async function readHolder(file: string): Promise<LockHolder | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockHolder;
  } catch {
    // Absent after a clean release, incomplete if its writer died: it is only for messages, and the lock does not depend on it.
    return null;
  }
}

function inUse(subject: string, holder: LockHolder | null): Error {
  const who = holder ? ` (pid ${holder.pid} on ${holder.host}, since ${holder.since})` : '';
  return new Error(
    `${subject} is in use by another Sightline process${who}. Stop that one first, or use another directory.`,
  );
}
