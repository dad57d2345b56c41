import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOnce, Logger as WorkerLogger } from 'graphile-worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanExports } from '../../../src/exports/clean-exports.ts';
import { findExports } from '../../../src/exports/exports.repository.ts';
import { startExport } from '../../../src/exports/start-export.ts';
import { newId } from '../../../src/ids.ts';
import { exportAnalysesJob } from '../../../src/jobs/definitions.ts';
import { insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import type { Resources } from '../../../src/resources.ts';
import type { BlobStore } from '../../../src/storage/blob-store.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { asTask } from '../../../workers/job-handler.ts';
import { exportAnalysesHandler } from '../../../workers/jobs/export-analyses.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** The job alone, as graphile-worker runs it: what goes wrong in it and around it. */
const organizationId = newId();
let database: TestDatabase;
let root: string;
let blobs: BlobStore;
beforeAll(async () => {
  database = await createTestDatabase();
  await insertOrganization(database.db, { id: organizationId, name: 'Test', plan: 'UNLIMITED' });
  root = await mkdtemp(join(tmpdir(), 'sightline-exports-'));
  blobs = await openDirectoryStore(root);
});
afterAll(async () => {
  await database?.drop();
  await rm(root, { recursive: true, force: true });
});

/** A worker that is said to hold a job, and never runs here. */
const elsewhere = 'elsewhere';

const hints = { eventsWritten: () => undefined };

async function start(): Promise<string> {
  const app = { db: database.db, hints } as unknown as Resources;
  return (
    await startExport(app, organizationId, {
      format: 'COCO',
      mediaType: 'IMAGE',
      filter: {},
      byteOrderMark: false,
      basis: 'FOUND',
      named: {},
    })
  ).id;
}

async function find(id: string) {
  return (await findExports(database.db, organizationId, [id]))[0]!;
}

/** Runs every job that is due, as a worker with this store would. The runner's last word about a job may come after its end. */
async function runJobs(store: BlobStore, stop = new AbortController().signal): Promise<void> {
  const resources = { db: database.db, blobs: store, hints, logger: pino({ level: 'silent' }) };
  await runOnce({
    pgPool: database.pool,
    taskList: {
      export_analyses: asTask(exportAnalysesJob, exportAnalysesHandler(resources as unknown as WorkerResources, stop)),
    },
    logger: new WorkerLogger(() => () => undefined),
    noPreparedStatements: true,
  });
  const isHeld = 'select from graphile_worker._private_jobs where locked_by <> $1';
  await expect.poll(async () => (await database.pool.query(isHeld, [elsewhere])).rowCount).toBe(0);
}

/** Retries wait; here they do not. */
async function makeDue(): Promise<void> {
  await database.pool.query('update graphile_worker._private_jobs set run_at = now()');
}

interface Job {
  attempts: number;
  max_attempts: number;
  key: string | null;
  locked_at: Date | null;
}

async function jobs(): Promise<Job[]> {
  const { rows } = await database.pool.query('select attempts, max_attempts, key, locked_at from graphile_worker.jobs');
  return rows;
}

test('a store that fails once costs an attempt; what it left is removed, and the next attempt ends well', async () => {
  const id = await start();
  let failures = 1;
  const flaky: BlobStore = {
    ...blobs,
    put: (key, file) => (failures-- > 0 ? Promise.reject(new Error('disk full')) : blobs.put(key, file)),
  };
  await runJobs(flaky);
  expect((await find(id)).status).toBe('RUNNING');
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  await makeDue();
  await runJobs(flaky);
  expect(await find(id)).toMatchObject({ status: 'SUCCEEDED', row_count: '0' });
  expect(await readdir(join(root, organizationId, 'exports'))).toEqual([id]);
  expect(await jobs()).toEqual([]);
});

test('an export that fails in its last attempt is FAILED, and may be asked for again', async () => {
  const id = await start();
  const broken: BlobStore = { ...blobs, put: () => Promise.reject(new Error('disk full')) };
  for (let attempt = 1; attempt <= 5; attempt++) {
    expect((await find(id)).status).toBe('RUNNING');
    await makeDue();
    await runJobs(broken);
  }
  const failed = await find(id);
  expect(failed).toMatchObject({
    status: 'FAILED',
    failure_code: 'INTERNAL',
    failure_retryable: true,
    expires_at: null,
  });
  expect(failed.failure_message).toContain(id);
  expect(await jobs()).toEqual([]);
});

test('a worker that leaves gives it back with all its attempts', async () => {
  const id = await start();
  await runJobs(blobs, AbortSignal.abort(new Error('stopping')));
  expect((await find(id)).status).toBe('RUNNING');
  expect(await jobs()).toEqual([{ attempts: 0, max_attempts: 5, key: `export_analyses:${id}`, locked_at: null }]);
  await makeDue();
  await runJobs(blobs);
  expect((await find(id)).status).toBe('SUCCEEDED');
});

test('a job that comes a second time leaves what is there as it is', async () => {
  const id = await start();
  await runJobs(blobs);
  const first = await find(id);
  await database.pool.query("select graphile_worker.add_job('export_analyses', $1::json)", [
    JSON.stringify({ organizationId, exportId: id }),
  ]);
  await runJobs(blobs);
  expect(await find(id)).toEqual(first);
});

test('one whose workers died in every attempt is ended by cleaning; one that waits or runs is left alone', async () => {
  const lost = await start();
  const running = await start();
  const waiting = await start();
  const setJob = (id: string, values: string) =>
    database.pool.query(`update graphile_worker._private_jobs set ${values} where key = $1`, [`export_analyses:${id}`]);
  await setJob(lost, 'attempts = max_attempts');
  await setJob(running, `attempts = max_attempts, locked_at = now(), locked_by = '${elsewhere}'`);
  expect(await cleanExports({ db: database.db, blobs, hints: hints as never })).toBe(1);
  expect(await find(lost)).toMatchObject({ status: 'FAILED', failure_code: 'INTERNAL' });
  expect([(await find(running)).status, (await find(waiting)).status]).toEqual(['RUNNING', 'RUNNING']);
});

test('an organisation runs ten at a time; another one is refused until one of them has ended', async () => {
  const { count } = await database.db
    .selectFrom('export')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('status', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  for (let running = Number(count); running < 10; running++) await start();
  await expect(start()).rejects.toThrow('10 exports are already running');
  await runJobs(blobs);
  await start();
});
