import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';

/** File descriptors for the database, for pictures that are read and written, and for engines. */
const keptFiles = 256;
/** When more than this share of the allowed connections is open, idle connections are closed. */
const crowded = 0.8;
/** Not more often than this, because it checks every connection. */
const closeIdleEveryMs = 1_000;

/**
 * Prevents connections from using every file descriptor of the process: without a free one, no picture can be stored and no
 * connection to the database opened.
 * @param openFiles how many files the process may have open; null: unknown, so there is no limit
 */
export function keepRoom(server: Server, openFiles: number | null): void {
  if (openFiles === null) return;
  server.maxConnections = Math.max(keptFiles, openFiles - keptFiles);
  let open = 0;
  let closedIdleAtMs = Number.NEGATIVE_INFINITY;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    const nowMs = performance.now();
    if (open < server.maxConnections * crowded || nowMs - closedIdleAtMs < closeIdleEveryMs) return;
    closedIdleAtMs = nowMs;
    server.closeIdleConnections();
  });
}

/** How many files this process may have open; null if the system does not say (Linux does). */
export async function openFilesLimit(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return files === undefined ? null : Number(files);
}
