import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDataDir } from './data-dir.ts';
import { acquireFileLock, type LockHolder } from './file-lock.ts';

export interface DataDirLock {
  /** Identifies the directory, not the process: workers in `worker_process` with this id and another process are dead. */
  dataDirId: string;
  /** The last process that held the lock, if it ended without releasing it (crash, kill -9); null otherwise. */
  previousHolder: LockHolder | null;
  /** May be called more than once. */
  release(): Promise<void>;
}

/**
 * Makes this process the only one that uses a DATA_DIR, and creates the directory if absent. The kernel releases the lock whenever
 * the process ends.
 * @throws an Error with a sentence for the operator if another process holds it.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await makeDataDir(dataDir);
  const lock = await acquireFileLock(path.join(dataDir, 'lock'), `DATA_DIR ${path.resolve(dataDir)}`);
  return { ...lock, dataDirId: await readOrCreateId(path.join(dataDir, 'id')) };
}

async function readOrCreateId(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (known.trim()) return known.trim();
  const id = randomUUID();
  await writeFile(file, `${id}\n`);
  return id;
}
