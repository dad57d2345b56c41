import { sql } from 'kysely';
import { addWakeTokens } from '../../../src/analyses/wake-tokens.repository.ts';
import { startEmbeddedServer } from '../../../src/database/embedded-server.ts';
import { migrate } from '../../../src/database/migrator.ts';
import { createDatabase, type Database } from '../../../src/database/pool.ts';
import { makeDataDir } from '../data-dir.ts';
import { countWaiting, insertBatches } from './batches.ts';
import { createPastPartitions, insertEvents } from './log-events.ts';
import type { Size } from './size.ts';
import { createScaffold, insertTenants } from './tenants.ts';

/** Per transaction: some seconds. */
const batchesAtOnce = 400;

export interface Installation extends Database {
  size: Size;
  /** Of the database, filled, with its indexes. */
  bytes: number;
  url: string;
}

/** An embedded PostgreSQL as `start` brings it, migrated and filled with as many rows. */
export async function startInstallation(
  started: AsyncDisposableStack,
  size: Size,
  say: (text: string) => void,
): Promise<Installation> {
  const server = await startEmbeddedServer({ dataDir: await makeDataDir(started) });
  started.defer(server.stop);
  const database = createDatabase({ url: server.url, maxConnections: 3, applicationName: 'sightline-bench' });
  started.defer(database.close);
  await migrate(database);
  const beganAt = performance.now();
  await fill(database, size, (share) => {
    const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1);
    say(`${size.analyses} analyses: ${Math.round(share * 100)} % written after ${minutes} minutes`);
  });
  await sql`vacuum analyze`.execute(database.db);
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database())::float8 as bytes`.execute(database.db);
  return { ...database, size, bytes: rows[0]!.bytes, url: server.url };
}

async function fill({ db }: Database, size: Size, onProgress: (share: number) => void): Promise<void> {
  await createScaffold(db);
  await createPastPartitions(db);
  await insertTenants(db, size);
  await sql`analyze`.execute(db);
  let toldAt = performance.now();
  for (let from = 0; from < size.batches; from += batchesAtOnce) {
    const to = Math.min(size.batches, from + batchesAtOnce);
    await db.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      await insertBatches(trx, size, from, to);
      await insertEvents(trx);
    });
    if (performance.now() - toldAt < 30_000 && to < size.batches) continue;
    toldAt = performance.now();
    onProgress(to / size.batches);
  }
  const waiting = await countWaiting(db);
  await db.transaction().execute((trx) => addWakeTokens(trx, waiting, 0));
}
