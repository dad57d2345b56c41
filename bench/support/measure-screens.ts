import type { BenchDatabase } from './bench-database.ts';
import { type Child, startChild } from './child.ts';
import { processorSeconds } from './process-table.ts';
import type { FromPushProcess, ToPushProcess } from './push-process.ts';
import { insertQueuedBatches } from './queued-batches.ts';
import type { FromScreens, ToScreens } from './screens-process.ts';

export interface ScreenLoad {
  subscriptions: number;
  sockets: number;
  /** Analyses whose changes come before those that are measured: compiled code is what a server has that has run for a minute. */
  warmUp: number;
  /** Each makes two changes. */
  analyses: number;
  changesPerSecond: number;
}

export interface ScreenServer {
  pid: number;
  url: string;
  database: BenchDatabase;
  apiKey: string;
}

export const shownKinds = ['status', 'result'] as const;
/** What is selected of an analysis: its status and its task, or its twenty detections as well. */
export type Shown = (typeof shownKinds)[number];

interface Parts {
  load: ScreenLoad;
  /** Commits the changes. */
  worker: Child<ToPushProcess, FromPushProcess>;
  shown: Shown;
}

/**
 * Milliseconds of processor time that the server takes for a change.
 * @throws when a subscription did not receive all changes in their order
 */
export async function measureScreens(server: ScreenServer, { load, worker, shown }: Parts): Promise<number> {
  await using started = new AsyncDisposableStack();
  const { warmUp, analyses, changesPerSecond, sockets, subscriptions } = load;
  const { taskId, analysisIds } = await insertQueuedBatches(server.database, 1, warmUp + analyses);
  const screens = startChild<ToScreens, FromScreens>(started, './screens-process.ts');
  const { url, apiKey } = server;
  screens.send({ type: 'subscribe', url, apiKey, taskId, shown, sockets, subscriptions });
  await screens.next();
  const change = async (ids: string[]) => {
    worker.send({ type: 'change', analysisIds: ids, changesPerSecond });
    screens.send({ type: 'await', changes: ids.length * 2 });
    await Promise.all([worker.next(), screens.next()]);
  };
  await change(analysisIds.slice(0, warmUp));
  const before = processorSeconds(server.pid);
  await change(analysisIds.slice(warmUp));
  return ((processorSeconds(server.pid) - before) * 1_000) / (analyses * 2);
}
