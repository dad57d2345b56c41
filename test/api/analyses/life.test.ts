import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { releaseLeases } from '../../../src/analyses/claims.repository.ts';
import { type Move, moveAnalyses } from '../../../src/analyses/life.repository.ts';
import { analysisStatuses } from '../../../src/analyses/life.ts';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { inLogOrder } from '../../../src/events/order.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { claimAny } from '../../support/claims.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { analysisEvents, createTask, pathsOf, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** The moves of analyses on a real database; workers are played by this test, so that their order is not chance. */
let sightline: TestSightline;
let base64: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  base64 = await pictureBase64();
});
afterAll(() => sightline?.close());

const users: User[] = [];
let user: User;
let taskId: string;
let worker: string;
beforeEach(async () => {
  // What an earlier test left QUEUED would be claimed in place of what this one submits.
  await sql`update analysis set status = 'CANCELED', finished_at = now(), lease_worker_id = null
    where status in ('QUEUED', 'RUNNING')`.execute(sightline.database.db);
  user = await newTenant();
  taskId = await createTask(user);
  worker = await startWorker();
});
afterAll(async () => {
  for (const one of users) await one.close();
});

async function newTenant(): Promise<User> {
  const tenant = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
  users.push(tenant);
  return tenant;
}

async function startWorker(): Promise<string> {
  const id = newId();
  const process = { id, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' };
  await beat(sightline.database.db, process, []);
  return id;
}

function submit(by: User, count: number, input: Record<string, unknown>): Promise<Submitted> {
  return submitBatch(
    by,
    Array.from({ length: count }, () => ({ source: { base64 } })),
    input,
  );
}

/** The ids that a worker got, as clients know them. */
async function claim(workerId: string, limit: number): Promise<string[]> {
  const claimed = await claimAny(sightline.database.db, workerId, limit);
  return claimed.map(({ id }) => encodeId('analysis', id));
}

/** @returns the statuses that were reached. */
async function move(...moves: (Omit<Move, 'agoMs' | 'analysisId'> & { id: string })[]): Promise<string[]> {
  const wanted = moves.map(({ id, ...rest }) => ({ ...rest, analysisId: decodeId('analysis', id)!, agoMs: 0 }));
  const made = await sightline.database.db.transaction().execute((trx) => moveAnalyses(trx, wanted));
  return made.map(({ to }) => to);
}

const result = {
  width: 60,
  height: 40,
  labels: [],
  accepted: null,
  texts: null,
  codes: null,
  prices: null,
  warnings: [],
  timings: { decodeMs: 1, inferenceMs: 2, matchMs: 3 },
  detections: [
    {
      box: [1, 2, 30, 20] as [number, number, number, number],
      objectness: 0.9,
      confidence: 0.8,
      itemId: null,
      matchedBy: null,
      candidates: [],
      label: null,
    },
  ],
};

const readQuery = `query ($id: ID!) { node(id: $id) { ... on Analysis {
  status startedAt finishedAt attempt detectionCount confidence failure { code } detections { confidence }
  batch { status total processing completed failed canceled }
} } }`;

async function read(id: string) {
  return (await user.run(readQuery, { id })).node;
}

async function paths({ batch }: Submitted): Promise<string[][]> {
  const events = await user.collect(analysisEvents, { filter: { batchId: batch.id }, after: batch.eventCursor });
  return [...pathsOf(events).values()];
}

describe('claims', () => {
  test('go by priority, and within one by age', async () => {
    const bulk = await submit(user, 2, { taskId, priority: 'BULK' });
    const normal = await submit(user, 2, { taskId });
    const interactive = await submit(user, 2, { taskId, priority: 'INTERACTIVE' });
    const expected = [...interactive.ids, ...normal.ids, ...bulk.ids];
    expect(await claim(worker, 5)).toEqual(expected.slice(0, 5));
    expect(await claim(worker, 5)).toEqual(expected.slice(5));
    expect(await claim(worker, 5)).toEqual([]);
  });

  test('take turns between organisations within a priority, however much one of them has submitted before', async () => {
    const others = [await newTenant(), await newTenant()];
    const many = await submit(user, 40, { taskId });
    const few = [];
    for (const other of others) few.push(await submit(other, 2, { taskId: await createTask(other) }));
    const claimed = await claim(worker, 6);
    expect(claimed.toSorted()).toEqual([...many.ids.slice(0, 2), ...few.flatMap(({ ids }) => ids)].toSorted());
    expect(await claim(worker, 6)).toEqual(many.ids.slice(2, 8));
  });

  test('do not let turns go before priority', async () => {
    const other = await newTenant();
    await submit(user, 3, { taskId, priority: 'BULK' });
    const normal = await submit(other, 3, { taskId: await createTask(other) });
    expect(await claim(worker, 3)).toEqual(normal.ids);
  });

  test('of many at the same time give nothing to two workers, and leave nothing over', async () => {
    const { ids } = await submit(user, 60, { taskId });
    const workers = await Promise.all(Array.from({ length: 6 }, startWorker));
    const claimed = (await Promise.all(workers.map((id) => claim(id, 20)))).flat();
    expect(new Set(claimed).size).toBe(claimed.length);
    claimed.push(...(await claim(worker, 60)));
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });
});

describe('moves', () => {
  test('that come together each have their event, and the last one decides', async () => {
    const submitted = await submit(user, 1, { taskId });
    const [id] = await claim(worker, 1);
    const made = await move(
      { id: id!, workerId: worker, to: 'RUNNING', attempt: 1, inactiveItemCount: 0 },
      { id: id!, workerId: worker, to: 'SUCCEEDED', result },
    );
    expect(made).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(await paths(submitted)).toEqual([['QUEUED', 'RUNNING', 'SUCCEEDED']]);
    expect(await read(id!)).toEqual({
      status: 'SUCCEEDED',
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      attempt: 1,
      detectionCount: 1,
      confidence: 0.8,
      failure: null,
      detections: [{ confidence: 0.8 }],
      batch: { status: 'COMPLETED', total: 1, processing: 0, completed: 1, failed: 0, canceled: 0 },
    });
  });

  test('that come late, after a cancel, are thrown away with their result', async () => {
    const submitted = await submit(user, 1, { taskId });
    const [id] = await claim(worker, 1);
    await move({ id: id!, workerId: worker, to: 'RUNNING', attempt: 1 });
    expect(await move({ id: id!, to: 'CANCELED' })).toEqual(['CANCELED']);
    expect(await move({ id: id!, workerId: worker, to: 'SUCCEEDED', result })).toEqual([]);
    expect(await read(id!)).toMatchObject({
      status: 'CANCELED',
      detectionCount: 0,
      detections: [],
      batch: { status: 'COMPLETED', completed: 0, canceled: 1 },
    });
    expect(await paths(submitted)).toEqual([['QUEUED', 'RUNNING', 'CANCELED']]);
    const { rows } = await sql`select from analysis_result where analysis_id = ${decodeId('analysis', id!)}`.execute(
      sightline.database.db,
    );
    expect(rows).toEqual([]);
  });

  test('of a worker that has lost its lease are thrown away, and those of the next one are made', async () => {
    const submitted = await submit(user, 1, { taskId });
    const [id] = await claim(worker, 1);
    await move({ id: id!, workerId: worker, to: 'RUNNING', attempt: 1 });
    const { db } = sightline.database;
    expect(await db.transaction().execute((trx) => releaseLeases(trx, [worker]))).toBe(1);
    expect(await read(id!)).toMatchObject({ status: 'QUEUED', startedAt: null, attempt: 1 });
    const next = await startWorker();
    expect(await claim(next, 1)).toEqual([id]);
    expect(await move({ id: id!, workerId: worker, to: 'RUNNING' })).toEqual([]);
    await move({ id: id!, workerId: next, to: 'RUNNING', attempt: 2 });
    expect(await move({ id: id!, workerId: worker, to: 'SUCCEEDED', result })).toEqual([]);
    expect(await move({ id: id!, workerId: next, to: 'SUCCEEDED', result })).toEqual(['SUCCEEDED']);
    expect(await read(id!)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    expect(await paths(submitted)).toEqual([['QUEUED', 'RUNNING', 'QUEUED', 'RUNNING', 'SUCCEEDED']]);
  });

  test('are logged in the order in which they were made, also where a transaction began before one that it waited for', async () => {
    const submitted = await submit(user, 2, { taskId });
    const [first, second] = (await claim(worker, 2)) as [string, string];
    const { db } = sightline.database;
    let attempts = 0;
    await inLogOrder(db, async (trx) => {
      attempts += 1;
      // It draws its transaction id here, and the engine's start of the other analysis overtakes it.
      await sql`select from analysis where id = ${decodeId('analysis', first)} for update`.execute(trx);
      if (attempts === 1) await move({ id: second, workerId: worker, to: 'RUNNING', attempt: 1 });
      const cancels = [first, second].map((id) => ({
        analysisId: decodeId('analysis', id)!,
        to: 'CANCELED' as const,
        agoMs: 0,
      }));
      await moveAnalyses(trx, cancels);
    });
    expect(await paths(submitted)).toEqual([
      ['QUEUED', 'CANCELED'],
      ['QUEUED', 'RUNNING', 'CANCELED'],
    ]);
    expect(attempts).toBe(2);
  });

  test('are told behind the cursor of a batch that was made while they waited', async () => {
    const images = [{ source: { base64 }, idempotencyKey: 'again' }];
    const [id] = (await submitBatch(user, images, { taskId })).ids as [string];
    const { db } = sightline.database;
    let later: Submitted | undefined;
    let attempts = 0;
    await inLogOrder(db, async (trx) => {
      attempts += 1;
      await sql`select pg_current_xact_id()`.execute(trx);
      later ??= await submitBatch(user, images, { taskId });
      await moveAnalyses(trx, [{ analysisId: decodeId('analysis', id)!, to: 'CANCELED', agoMs: 0 }]);
    });
    expect(attempts).toBe(2);
    expect(await paths(later!)).toEqual([['CANCELED']]);
  });

  test('of a batch in any order keep its counters true and its log a path that is allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(3), fc.constantFrom(...analysisStatuses)), { maxLength: 30 }),
        async (wanted) => {
          const submitted = await submit(user, 4, { taskId });
          // In groups of three, as a writer gathers them.
          for (let at = 0; at < wanted.length; at += 3)
            await move(
              ...wanted.slice(at, at + 3).map(([member, to]) => ({
                id: submitted.ids[member]!,
                to,
                ...(to === 'FAILED' && { failure: { code: 'INTERNAL', message: 'Test', retryable: true } as const }),
                ...(to === 'SUCCEEDED' && { result }),
              })),
            );
          await move(...submitted.ids.map((id) => ({ id, to: 'CANCELED' as const })));
          const ends = (await paths(submitted)).map((path) => path.at(-1));
          const { batch } = await read(submitted.ids[0]!);
          const count = (status: string) => ends.filter((end) => end === status).length;
          expect(batch).toEqual({
            status: 'COMPLETED',
            total: 4,
            processing: 0,
            completed: count('SUCCEEDED'),
            failed: count('FAILED'),
            canceled: count('CANCELED'),
          });
          const statuses = await Promise.all(submitted.ids.map(async (id) => (await read(id)).status));
          expect(statuses.toSorted()).toEqual(ends.toSorted());
        },
      ),
      { numRuns: 12 },
    );
  });
});
