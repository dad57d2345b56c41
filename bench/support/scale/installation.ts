import { sql } from 'kysely';
import { rollUpStats } from '../../../src/analyses/statistics/roll-up.repository.ts';
import { sumOldAnalyses } from '../../../src/analyses/task-sums/backfill.repository.ts';
import { foldTaskSums } from '../../../src/analyses/task-sums/fold.repository.ts';
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
const tellEveryMs = 30_000;

export interface Installation {
  size: Size;
  /** Of the database, filled, with its indexes. */
  bytes: number;
  /** As the program connects. */
  url: string;
  /** As the superuser, who sees what the rows were made of. */
  owner: Database;
}

/** An embedded PostgreSQL as `start` brings it, migrated and filled with as many rows. */
export async function startInstallation(
  started: AsyncDisposableStack,
  size: Size,
  say: (text: string) => void,
): Promise<Installation> {
  const server = await startEmbeddedServer({ dataDir: await makeDataDir(started) });
  started.defer(server.stop);
  await prepare(server.url);
  const url = new URL(server.superuserUrl);
  url.pathname = new URL(server.url).pathname;
  const owner = createDatabase({ url: url.href, maxConnections: 1, applicationName: 'sightline-bench' });
  started.defer(owner.close);
  const beganAt = performance.now();
  await fill(owner, size, (share) => {
    const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1);
    say(`${size.analyses} analyses: ${Math.round(share * 100)} % written after ${minutes} minutes`);
  });
  say('Statistics are rolled up, and those of tasks are summed, as workers do it.');
  const { signal } = new AbortController();
  await rollUpStats(owner.db, signal);
  // As in an installation of a version without sums: the rows were written without them.
  await sql`
    update task_sum_backfill set after = '00000000-0000-0000-0000-000000000000', finished_at = null`.execute(owner.db);
  await sumOldAnalyses(owner.db, signal);
  await foldTaskSums(owner.db);
  await sql`vacuum analyze`.execute(owner.db);
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database())::float8 as bytes`.execute(owner.db);
  return { owner, size, bytes: rows[0]!.bytes, url: server.url };
}

async function prepare(url: string): Promise<void> {
  const database = createDatabase({ url, maxConnections: 3, applicationName: 'sightline-bench' });
  try {
    await migrate(database);
    // They belong to the program, as those that it makes.
    await createPastPartitions(database.db);
  } finally {
    await database.close();
  }
}

async function fill({ db }: Database, size: Size, onProgress: (share: number) => void): Promise<void> {
  // Foreign keys are not checked, row by row: that would take as long as writing. All indexes are there.
  await sql`set session_replication_role = replica`.execute(db);
  await sql`set synchronous_commit = off`.execute(db);
  await createScaffold(db);
  await insertTenants(db, size);
  await sql`analyze`.execute(db);
  let toldAt = performance.now();
  for (let from = 0; from < size.batches; from += batchesAtOnce) {
    const to = Math.min(size.batches, from + batchesAtOnce);
    await db.transaction().execute(async (trx) => {
      await insertBatches(trx, size, from, to);
      await insertEvents(trx);
    });
    if (performance.now() - toldAt < tellEveryMs && to < size.batches) continue;
    toldAt = performance.now();
    onProgress(to / size.batches);
  }
  await sql`reset session_replication_role`.execute(db);
  const waiting = await countWaiting(db);
  await db.transaction().execute((trx) => addWakeTokens(trx, waiting, 0));
}
