import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { connect } from '../../src/cli/client.ts';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { type BenchDatabase, startBenchDatabase } from './bench-database.ts';
import { makeDataDir } from './data-dir.ts';
import { submitLongBatch } from './long-batch.ts';
import type { Bench } from './run-bench.ts';
import { prepareShelfTask } from './shelf-task.ts';
import { startProcess } from './sightline-process.ts';

const lookEveryMs = 50;
/** A worker that has just started judges no other for five checks, a second apart. Most have run for days when another one dies. */
const settledMs = 7_000;
/** Far beyond what is promised: then nothing takes over at all. */
const giveUpMs = 120_000;

/** Seconds from the kill. */
export interface Takeover {
  /** Until the analyses of the dead worker are in the queue again, where any worker may take them. */
  returned: number;
  /** Until the other one holds the first of them: it claims when it has finished half of what it holds itself. */
  held: number;
}

/** kill -9 of one of two workers on a database while both are at work. Looked at every 50 ms in the database. */
export async function measureTakeover({ started, say }: Bench, pictureCount: number): Promise<Takeover> {
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  const apiKey = newSecret();
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
  const api = await startProcess(started, 'api', env);
  const victim = await startProcess(started, 'worker', { ...env, ENGINE_THREADS: '1', ENGINES: '1' });
  await startProcess(started, 'worker', { ...env, ENGINE_THREADS: '1', ENGINES: '1' });
  await delay(settledMs);
  const client = connect(api.url, apiKey, new AbortController().signal);
  const taskId = await prepareShelfTask(client);
  await submitLongBatch(client, taskId, pictureCount);
  await client.close();
  const held = await untilFound(() => findHeld(database, victim.pid));
  const killedAt = performance.now();
  await victim.stop('SIGKILL');
  const secondsUntil = async (find: (database: BenchDatabase, held: Held) => Promise<string | null>) => {
    await untilFound(() => find(database, held));
    return (performance.now() - killedAt) / 1000;
  };
  const returned = await secondsUntil(findReturned);
  const taken = await secondsUntil(findTaken);
  const times = `in the queue after ${returned.toFixed(2)} s, the first held by another after ${taken.toFixed(2)} s`;
  say(`takeover: ${held.analysisIds.length} analyses ${times}`);
  return { returned, held: taken };
}

interface Held {
  workerId: string;
  analysisIds: string[];
}

/** What a worker holds, once it is at work; null: nothing yet. */
async function findHeld({ db }: BenchDatabase, pid: number): Promise<Held | null> {
  const { rows } = await sql<{ worker_id: string; ids: string[] }>`
    select w.id as worker_id, array_agg(a.id) as ids from worker_process w join analysis a on a.lease_worker_id = w.id
    where w.pid = ${pid} group by w.id having bool_or(a.status = 'RUNNING')`.execute(db);
  return rows[0] ? { workerId: rows[0].worker_id, analysisIds: rows[0].ids } : null;
}

/** Not what the dead one still finished between the look and the kill: that has no holder any more. */
async function findTaken({ db }: BenchDatabase, { workerId, analysisIds }: Held): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from analysis where id = any(${analysisIds}::uuid[])
      and lease_worker_id is not null and lease_worker_id <> ${workerId} limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** What was declared dead, and with it its leases. */
async function findReturned({ db }: BenchDatabase, { workerId }: Held): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select id from worker_process where id = ${workerId}`.execute(db);
  return rows.length === 0 ? workerId : null;
}

async function untilFound<T>(look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + giveUpMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== null) return found;
    await delay(lookEveryMs);
  }
  throw new Error(`Nothing happened within ${giveUpMs / 1000} s.`);
}
