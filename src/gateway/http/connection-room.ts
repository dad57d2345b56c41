import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';

/** For the database, pictures that are being read and written, and engines. */
const keptFiles = 256;
/** Above this share of the connections that may be open, those that wait between two requests are closed. */
const crowded = 0.8;
/** How often, since it looks at every connection. */
const closeIdleEveryMs = 1_000;

/**
 * Keeps connections from taking every file descriptor of the process: without one neither a picture can be stored nor the
 * database be reached again.
 * @param openFiles how many files the process may have open; null: not known, and nothing is bounded
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

/** How many files this process may have open; null where the system does not tell (Linux does). */
export async function openFilesLimit(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return files === undefined ? null : Number(files);
}
