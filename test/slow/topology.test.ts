import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { decodeId, encodeId } from '../../src/ids.ts';
import { request, upload } from '../support/client.ts';
import { withClient } from '../support/postgres-client.ts';
import { readBatch, type Server, type TestBatch } from './support/batch.ts';
import { readHeld } from './support/log.ts';
import { EventStreamListener, type TaskListener, WebSocketListener } from './support/task-listeners.ts';
import { type Machine, startTopology, type Topology } from './support/topology.ts';

const shelf = await openAsBlob(path.join(import.meta.dirname, '..', '..', 'examples', 'shelves', '2-drinks.jpg'));
const retryMs = 200;

test(
  'two apis and three workers behind a load balancer: each is killed in turn, and no client misses or repeats anything',
  async () => {
    const topology = await startTopology({ apis: 2, workers: 3 });
    const { databaseUrl, server, machines } = topology;
    const taskId = await createTask(server);
    const batches = [await submit(server, { taskId, key: 'first', count: 2 })];
    const stream = { filter: { taskId }, after: batches[0]!.eventCursor };
    const listeners = [new WebSocketListener(server, stream), new EventStreamListener(server, stream)];
    const failed = Promise.race(listeners.map(({ ended }) => ended)).then(() => {
      throw new Error('A stream of a task ended.');
    });
    const stopAsking = new AbortController();
    const asking = keepAsking(server, batches, stopAsking.signal);

    for (const [index, machine] of machines.entries()) {
      await Promise.race([
        killAmidWork(topology, machine, { taskId, key: `kill ${index}`, batches, listeners }),
        failed,
        asking,
      ]);
    }
    stopAsking.abort();
    await asking;
    await expectAllRecorded(topology, taskId, batches, listeners);
    // Both apis were killed while the other one served, so nobody could stay connected.
    for (const { connections } of listeners) expect(connections).toBeGreaterThan(1);

    failed.catch(() => undefined);
    for (const listener of listeners) listener.leave();
    await submit(server, { taskId, key: 'farewell', count: 1 });
    await Promise.all(listeners.map(({ ended }) => ended));
    for (const { process } of machines) process.kill('SIGTERM');
    for (const { process } of machines) expect(await process.ended).toEqual({ exitCode: 0, signal: null });
    expect(await readHeld(databaseUrl)).toEqual({ running: 0, leased: 0, workers: 0 });
  },
  // Another worker takes over after 15 to 25 s, and engines start: two minutes on an idle machine.
  15 * 60_000,
);

interface Round {
  taskId: string;
  key: string;
  /** All batches; those of this round are added. */
  batches: TestBatch[];
  listeners: readonly TaskListener[];
}

/** Kills the machine's process while it works, submits while it is gone, starts another, and waits until every client knows every result. */
async function killAmidWork({ databaseUrl, server }: Topology, machine: Machine, round: Round): Promise<void> {
  const { taskId, key, batches, listeners } = round;
  const own: TestBatch[] = [];
  const add = async (name: string, count: number) => {
    const batch = await submit(server, { taskId, key: `${key}, ${name}`, count });
    own.push(batch);
    batches.push(batch);
    return batch;
  };
  for (let attempt = 0; ; attempt += 1) {
    const batch = await add(`before ${attempt}`, 8);
    const isAtWork =
      machine.role === 'worker'
        ? () => holdsSome(databaseUrl, machine.process.pid)
        : async () => (await readBatch(server, batch.id)).processing < 8;
    if (await becomesTrue(isAtWork, async () => (await readBatch(server, batch.id)).status === 'COMPLETED')) break;
  }
  machine.process.kill('SIGKILL');
  await add('amid', 2);
  await machine.restart();
  const expected = own.flatMap(({ analysisIds }) => analysisIds);
  await Promise.all(listeners.map((listener) => listener.until((events) => haveSucceeded(events, expected))));
}

/** Looks until the condition holds, or until it is too late for that. */
async function becomesTrue(condition: () => Promise<boolean>, isOver: () => Promise<boolean>): Promise<boolean> {
  for (;;) {
    if (await condition()) return true;
    if (await isOver()) return false;
    await delay(20);
  }
}

function haveSucceeded(events: Parameters<Parameters<TaskListener['until']>[0]>[0], ids: readonly string[]): boolean {
  const succeeded = new Set(events.filter(({ status }) => status === 'SUCCEEDED').map(({ analysisId }) => analysisId));
  return ids.every((id) => succeeded.has(id));
}

/** Every client heard the log, in its order; every batch was made once; and what the API says of results is what is stored. */
async function expectAllRecorded(
  { databaseUrl, server }: Topology,
  taskId: string,
  batches: readonly TestBatch[],
  listeners: readonly TaskListener[],
): Promise<void> {
  const stored = await readStored(databaseUrl, taskId);
  for (const { events } of listeners) {
    expect(events.map(({ analysisId, status }) => `${analysisId} ${status}`)).toEqual(stored.log);
    expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
  }
  expect(stored.batches).toBe(batches.length);
  for (const batch of batches) {
    const { analyses, ...state } = await readBatch(server, batch.id);
    const size = batch.analysisIds.length;
    expect(state).toEqual({
      status: 'COMPLETED',
      total: size,
      completed: size,
      processing: 0,
      failed: 0,
      canceled: 0,
    });
    expect(analyses.map(({ id }) => id).sort()).toEqual([...batch.analysisIds].sort());
    for (const { id, detectionCount } of analyses) expect(detectionCount).toBe(stored.detectionCounts.get(id));
  }
  // One picture, whoever looked at it, and however often: one result.
  expect(new Set(stored.detectionCounts.values()).size).toBe(1);
}

async function readStored(databaseUrl: string, taskId: string) {
  const id = decodeId('task', taskId);
  return withClient(databaseUrl, async (client) => {
    const log = await client.query<{ analysisId: string; status: string }>(
      `select entity_id as "analysisId", state->>'status' as status from event
       where kind = 'ANALYSIS' and task_id = $1 order by xid, id`,
      [id],
    );
    const results = await client.query<{ id: string; count: number }>(
      `select analysis_id as id, jsonb_array_length(detections) as count from analysis_result
       join analysis on analysis.id = analysis_id where task_id = $1`,
      [id],
    );
    const batches = await client.query<{ count: number }>('select count(*)::int as count from batch');
    return {
      log: log.rows.map(({ analysisId, status }) => `${encodeId('analysis', analysisId)} ${status}`),
      detectionCounts: new Map(results.rows.map((row) => [encodeId('analysis', row.id), row.count])),
      batches: batches.rows[0]!.count,
    };
  });
}

async function holdsSome(databaseUrl: string, pid: number): Promise<boolean> {
  return withClient(databaseUrl, async (client) => {
    const { rowCount } = await client.query(
      `select from analysis join worker_process w on w.id = lease_worker_id
       where status = 'RUNNING' and w.pid = $1 limit 1`,
      [pid],
    );
    return rowCount === 1;
  });
}

/** A program that asks for the newest batch again and again: what it is told never goes back. */
async function keepAsking(server: Server, batches: readonly TestBatch[], stop: AbortSignal): Promise<void> {
  const completed = new Map<string, number>();
  while (!stop.aborted) {
    const { id } = batches.at(-1)!;
    const state = await retrying(() => readBatch(server, id));
    expect(state.completed).toBeGreaterThanOrEqual(completed.get(id) ?? 0);
    completed.set(id, state.completed);
    await delay(retryMs);
  }
}

/** Files in a multipart request, under an idempotency key, as often as it takes. */
async function submit(
  { url, apiKey }: Server,
  { taskId, key, count }: { taskId: string; key: string; count: number },
): Promise<TestBatch> {
  const images = Array.from({ length: count }, () => ({ source: { upload: null } }));
  const payload = await retrying(async () => {
    const { body } = await upload(url, {
      apiKey,
      query: `mutation ($input: SubmitBatchInput!) {
        submitBatch(input: $input) {
          __typename
          ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } }
        }
      }`,
      variables: { input: { taskId, idempotencyKey: key, images } },
      files: Object.fromEntries(images.map((_, at) => [`variables.input.images.${at}.source.upload`, shelf])),
    });
    if (body.data?.submitBatch.__typename !== 'SubmitBatchPayload') throw new Error(JSON.stringify(body));
    return body.data.submitBatch;
  });
  return {
    ...payload.batch,
    analysisIds: payload.items.map(({ analysis }: { analysis: { id: string } }) => analysis.id),
  };
}

async function createTask({ url, apiKey }: Server): Promise<string> {
  const { body } = await request(url, {
    apiKey,
    query: 'mutation { createTask(input: { name: "Shelves" }) { ... on Task { id } } }',
  });
  return body.data.createTask.id;
}

/** Repeats what fails because its connection broke, here or behind the proxy, or because the server says that it is unavailable for now. */
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!/fetch failed|terminated|UNAVAILABLE|Bad Gateway/.test((error as Error).message)) throw error;
      await delay(retryMs);
    }
  }
}
