import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { createDatabase, type Database } from '../../src/database/pool.ts';

export interface BenchDatabase extends Database {
  /** For the processes that are measured. */
  url: string;
}

/** PostgreSQL as `start` brings it, with fsync, for roles that run apart. Empty: the first role to start migrates it. */
export async function startBenchDatabase(started: AsyncDisposableStack, dataDir: string): Promise<BenchDatabase> {
  const server = await startEmbeddedServer({ dataDir });
  started.defer(server.stop);
  const database = createDatabase({ url: server.url, maxConnections: 3, applicationName: 'sightline-bench' });
  started.defer(database.close);
  return { ...database, url: server.url };
}
