import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** In DATA_DIR, which the process that serves /metrics shares with the command. A restored DATA_DIR has none: nothing of it is backed up yet. */
const fileName = 'last-backup.json';
const content = z.object({ createdAt: z.iso.datetime() });

/** Notes that a backup is complete. @param createdAt that of its manifest */
export async function noteBackup(dataDir: string, createdAt: string): Promise<void> {
  const file = path.join(dataDir, fileName);
  // Renamed, so that nobody reads half of it.
  await writeFile(`${file}.new`, `${JSON.stringify({ createdAt })}\n`);
  await rename(`${file}.new`, file);
}

/** Seconds since the last complete backup was begun; Infinity: there was none. */
export async function readBackupAge(dataDir: string): Promise<number> {
  const text = await readFile(path.join(dataDir, fileName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return Number.POSITIVE_INFINITY;
  const { createdAt } = content.parse(JSON.parse(text));
  return (Date.now() - Date.parse(createdAt)) / 1_000;
}
