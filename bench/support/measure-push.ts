import { encodeId } from '../../src/ids.ts';
import type { BenchDatabase } from './bench-database.ts';
import { type Child, startChild } from './child.ts';
import type { FromPushProcess, ToPushProcess } from './push-process.ts';
import { insertQueuedBatches } from './queued-batches.ts';
import type { Bench } from './run-bench.ts';
import type { Commit } from './status-changes.ts';
import type { Arrival, FromSubscribers, ToSubscribers } from './subscribers-process.ts';

export interface PushLoad {
  subscriptions: number;
  sockets: number;
  /** Of the batch that a subscription is about; each makes two changes. */
  analysesEach: number;
  changesPerSecond: number;
}

export interface PushServer {
  database: BenchDatabase;
  dataDir: string;
  apiKeys: readonly string[];
}

/** Compiled code and full caches are what a server has that has run for a minute; the first changes are not counted. */
const warmUpShare = 0.1;

/**
 * Milliseconds from commit to arrival of each change.
 * @param options.apart the changes are committed by another process than the one that pushes them.
 * @throws when a change did not arrive, or arrived twice
 */
export async function measurePush(
  bench: Bench,
  server: PushServer,
  load: PushLoad,
  options: { apart: boolean },
): Promise<number[]> {
  await using started = new AsyncDisposableStack();
  const { batchIds, analysisIds } = await insertQueuedBatches(server.database, load.subscriptions, load.analysesEach);
  const gateway = await startPushProcess(started, server, true);
  const worker = options.apart ? await startPushProcess(started, server, false) : gateway;
  const subscribers = startChild<ToSubscribers, FromSubscribers>(started, './subscribers-process.ts');
  const { sockets, analysesEach, changesPerSecond } = load;
  const { apiKeys } = server;
  subscribers.send({ type: 'subscribe', url: gateway.url, apiKeys, batchIds, sockets, analysesEach });
  await subscribers.next();
  bench.say(`${options.apart ? 'apart' : 'one process'}: all subscribed`);
  worker.child.send({ type: 'change', analysisIds, changesPerSecond });
  const changed = await worker.child.next();
  subscribers.send({ type: 'collect' });
  const collected = await subscribers.next();
  if (changed.type !== 'changed' || collected.type !== 'arrivals')
    throw new Error('The processes answered out of turn.');
  return latencies(changed.commits, collected.arrivals);
}

async function startPushProcess(
  started: AsyncDisposableStack,
  { database, dataDir }: PushServer,
  withGateway: boolean,
): Promise<{ child: Child<ToPushProcess, FromPushProcess>; url: string }> {
  const child = startChild<ToPushProcess, FromPushProcess>(started, './push-process.ts');
  child.send({ type: 'init', databaseUrl: database.url, dataDir, withGateway });
  const ready = await child.next();
  if (ready.type !== 'ready') throw new Error('The processes answered out of turn.');
  return { child, url: ready.url };
}

function latencies(commits: readonly Commit[], arrivals: readonly Arrival[]): number[] {
  const arrived = new Map(arrivals.map(({ analysisId, status, atMs }) => [`${analysisId} ${status}`, atMs]));
  if (arrived.size !== arrivals.length || arrivals.length !== commits.length)
    throw new Error(
      `${commits.length} changes were committed, ${arrivals.length} arrived, ${arrived.size} of them different.`,
    );
  return commits.slice(Math.floor(commits.length * warmUpShare)).map(({ analysisId, status, atMs }) => {
    // The api names analyses by their TypeID.
    const arrivedMs = arrived.get(`${encodeId('analysis', analysisId)} ${status}`);
    if (arrivedMs === undefined) throw new Error(`${status} of analysis ${analysisId} did not arrive.`);
    return arrivedMs - atMs;
  });
}
