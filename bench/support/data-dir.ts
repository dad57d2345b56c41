import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHome } from '../../src/database/embedded/home.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../../src/database/embedded-server.ts';

/** A DATA_DIR that is removed in the end, with the database that root keeps somewhere else when it must. */
export async function makeDataDir(started: AsyncDisposableStack): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  started.defer(async () => {
    await stopLeftServer(path);
    const home = await findHome(path);
    if (home) await rm(home.directory, { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
  });
  return path;
}

/** A process that was killed leaves its PostgreSQL running. */
async function stopLeftServer(dataDir: string): Promise<void> {
  if (!(await findEmbeddedServer(dataDir))) return;
  const { stop } = await startEmbeddedServer({ dataDir });
  await stop();
}
