import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Home, openHome, pointerName } from '../database/embedded/home.ts';
import { giveTo } from '../database/embedded/server-user.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { createDatabase } from '../database/pool.ts';
import { startEpoch } from '../events/epoch.ts';
import type { Logger } from '../log.ts';
import { copyTree, type OnFile } from './copy-tree.ts';
import { ofFullDisk } from './full-disk.ts';
import { type Manifest, parts } from './manifest.ts';

/** What a start would go on from. Locks, the variants of models and the like may be there. */
const occupying: readonly string[] = [parts.database, parts.store, pointerName];

/**
 * Restores a backup into a DATA_DIR that has no database. The server starts once, which makes the copy consistent, and a new epoch of the
 * event log begins: cursors from after the backup are answered with StreamResync instead of being taken for others.
 * @throws an Error with a sentence; DATA_DIR is as before then
 */
export async function restoreBackup(
  { directory, manifest }: { directory: string; manifest: Manifest },
  dataDir: string,
  logger: Logger,
  onFile: OnFile,
): Promise<void> {
  await requireEmpty(dataDir);
  const store = path.join(dataDir, parts.store);
  let home: Home | null = null;
  try {
    home = await openHome(dataDir, logger);
    await copyTree(path.join(directory, parts.database), home.directory, parts.database, onFile);
    if (home.user) await giveTo(home.user, home.directory);
    if (manifest.files.some((file) => file.path.startsWith(`${parts.store}/`)))
      await copyTree(path.join(directory, parts.store), store, parts.store, onFile);
    await recover(dataDir, logger);
  } catch (error) {
    if (home) await rm(home.directory, { recursive: true, force: true });
    await rm(path.join(dataDir, pointerName), { force: true });
    await rm(store, { recursive: true, force: true });
    throw ofFullDisk(error, dataDir);
  }
}

async function requireEmpty(dataDir: string): Promise<void> {
  const found = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const other = found.filter((name) => occupying.includes(name));
  if (other.length === 0) return;
  throw new Error(
    `DATA_DIR ${path.resolve(dataDir)} already contains ${other.join(', ')}. Set DATA_DIR to a new directory, or move these away.`,
  );
}

async function recover(dataDir: string, logger: Logger): Promise<void> {
  const server = await startEmbeddedServer({ dataDir, logger });
  try {
    const database = createDatabase({ url: server.url, maxConnections: 1, logger });
    try {
      await startEpoch(database.db);
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}
