import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beat } from '../../../src/analyses/worker-processes.repository.ts';
import { noteBackup } from '../../../src/backup/last-backup.ts';
import { createDatabase, type Database } from '../../../src/database/pool.ts';
import type { GaugeSource } from '../../../src/gateway/monitoring/metrics.ts';
import { systemGauges } from '../../../src/gateway/monitoring/system-gauges.ts';
import { newId } from '../../../src/ids.ts';
import { exampleBase64 } from '../../support/examples.ts';
import { createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { analyzeVideo, pan } from '../videos/client.ts';

/** Without engines, so what is submitted waits. */
let sightline: TestSightline;
let user: User;
let database: Database;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-gauges-'));
  sightline = await startTestSightline();
  user = createUser(sightline);
  database = createDatabase({ url: sightline.database.pool.options.connectionString!, maxConnections: 1 });
});
afterAll(async () => {
  await database?.close();
  await user?.close();
  await sightline?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Anew, since a source remembers what it read. */
async function read(): Promise<Record<string, number | Record<string, number>>> {
  const sources = systemGauges({
    database,
    dataDir,
    hasOwnDatabase: true,
    engines: () => [{ state: 'DEGRADED', rssBytes: 7 }],
  });
  return Object.fromEntries(
    await Promise.all(sources.map(async (source) => [source.name, await readOne(source)] as const)),
  );
}

async function readOne(source: GaugeSource): Promise<number | Record<string, number>> {
  if ('read' in source) return source.read();
  const numbers = Object.entries(source.reads).map(async ([value, one]) => [value, await one()] as const);
  return Object.fromEntries(await Promise.all(numbers));
}

test('tell how many images and videos wait, and for how long', async () => {
  const none = { IMAGE: 0, VIDEO: 0 };
  expect(await read()).toMatchObject({
    ...{ analyses_waiting: none, queue_oldest_seconds: none, last_hour_failed_share: none },
  });
  const picture = await exampleBase64('products/hustavik-chickpeas.png');
  const taskId = await createTask(user);
  await submitBatch(user, [{ source: { base64: picture } }], { taskId });
  await analyzeVideo(user, { taskId, source: { upload: await pan() } });
  const { analyses_waiting: waiting, queue_oldest_seconds: oldest } = await read();
  expect(waiting).toEqual({ IMAGE: 1, VIDEO: 1 });
  for (const [mediaType, table] of [
    ['IMAGE', 'analysis'],
    ['VIDEO', 'video_analysis'],
  ] as const) {
    const { rows } = await sql<{ at: Date }>`select created_at as at from ${sql.table(table)}`.execute(database.db);
    const seconds = (Date.now() - rows[0]!.at.getTime()) / 1_000;
    expect(Math.abs((oldest as Record<string, number>)[mediaType]! - seconds)).toBeLessThan(5);
  }
});

test('tell which part of the last hour failed, and for how long a job is late', async () => {
  // A worker would have folded these rows from changes.
  for (const [table, succeeded] of [
    ['analysis_stats', 3],
    ['video_stats', 1],
  ] as const)
    await sql`
      insert into ${sql.table(table)} (organization_id, bucket_at, task_id, submitted, succeeded, failed, canceled, expired,
        facings, duration_ms, latencies, failures, item_analyses, item_facings)
      select organization_id, now(), task_id, ${succeeded + 1}, ${succeeded}, 1, 0, 0, 0, 0, '{}', '{}', '{}', '{}'
      from analysis`.execute(database.db);
  await sql`select graphile_worker.add_job('nobody_runs_this', run_at => now() - interval '1 hour')`.execute(
    database.db,
  );
  const { last_hour_failed_share: failed, jobs_overdue_seconds: late } = await read();
  expect(failed).toEqual({ IMAGE: 0.25, VIDEO: 0.5 });
  expect(late).toBeGreaterThanOrEqual(3_600);
});

function keepFor(input: { imageDays?: number | null; analysisDays?: number | null }) {
  return user.run('mutation ($input: RetentionInput!) { updateRetention(input: $input) { __typename } }', { input });
}

test('tell for how long an analysis has been kept beyond the retention period of its organisation', async () => {
  const { db } = database;
  await keepFor({ analysisDays: 30 });
  // One that has not ended is not to be removed, however old it is.
  await sql`update analysis set created_at = now() - interval '40 days'`.execute(db);
  expect(await read()).toMatchObject({ retention_behind_seconds: 0 });
  await sql`update analysis set status = 'CANCELED', finished_at = now()`.execute(db);
  expect((await read()).retention_behind_seconds).toBeCloseTo(10 * 86_400, -2);
  await keepFor({ analysisDays: 50 });
  expect(await read()).toMatchObject({ retention_behind_seconds: 0 });
  await keepFor({ analysisDays: null });
  expect(await read()).toMatchObject({ retention_behind_seconds: 0 });
  await sql`update analysis set created_at = now()`.execute(db);
});

test('tell the same of images, also where nothing else has a period, and not of those that stay', async () => {
  const { db } = database;
  await keepFor({ imageDays: 30 });
  await sql`update image set created_at = now() - interval '33 days'`.execute(db);
  expect((await read()).retention_behind_seconds).toBeCloseTo(3 * 86_400, -2);
  await sql`update analysis set status = 'QUEUED', finished_at = null`.execute(db);
  expect(await read()).toMatchObject({ retention_behind_seconds: 0 });
  await sql`update analysis set status = 'CANCELED', finished_at = now()`.execute(db);
  await keepFor({ imageDays: null });
  await sql`update image set created_at = now()`.execute(db);
});

test('tell the same of videos and their analyses, and not of a video that an analysis waits for', async () => {
  const { db } = database;
  await sql`update video set created_at = now() - interval '32 days'`.execute(db);
  await sql`update video_analysis set created_at = now() - interval '35 days', status = 'CANCELED', finished_at = now(),
    failure_code = null, failure_message = null`.execute(db);
  await keepFor({ imageDays: 30 });
  expect((await read()).retention_behind_seconds).toBeCloseTo(2 * 86_400, -2);
  await keepFor({ analysisDays: 30 });
  expect((await read()).retention_behind_seconds).toBeCloseTo(5 * 86_400, -2);
  await sql`update video_analysis set status = 'QUEUED', finished_at = null`.execute(db);
  expect(await read()).toMatchObject({ retention_behind_seconds: 0 });
  await keepFor({ imageDays: null, analysisDays: null });
});

test('tell what is left of connections, disk and engines', async () => {
  const held = await database.pool.connect();
  const waiting = database.pool.query('select 1');
  try {
    const sources = systemGauges({ database, dataDir, hasOwnDatabase: false, engines: null });
    const names = sources.map(({ name }) => name);
    expect(names).not.toContain('engines_degraded');
    expect(names).not.toContain('last_backup_age_seconds');
    expect(await readOne(sources.find(({ name }) => name === 'database_connections_waiting')!)).toBe(1);
  } finally {
    held.release();
    await waiting;
  }
  expect(await read()).toMatchObject({ engines_working: 0, engines_degraded: 1, engine_memory_bytes: 7 });
  expect((await read()).data_dir_free_bytes).toBeGreaterThan(0);
});

test('tell how often engines of any worker crashed', async () => {
  expect(await read()).toMatchObject({ engine_crashes: 0 });
  // The last is of a version that does not say.
  const worker = { poolIds: [], dataDirId: null, livenessKey: null, host: 'test', version: '0' };
  for (const [pid, engines] of [
    [1, [{ crashes: 2 }, { crashes: 3 }]],
    [2, [{}]],
  ] as const)
    await beat(database.db, { id: newId(), pid, ...worker }, engines);
  expect(await read()).toMatchObject({ engine_crashes: 5 });
});

test('tell when the last backup was made', async () => {
  expect((await read()).last_backup_age_seconds).toBe(Number.POSITIVE_INFINITY);
  await noteBackup(dataDir, new Date(Date.now() - 3_600_000).toISOString());
  expect((await read()).last_backup_age_seconds).toBeCloseTo(3_600, -2);
});
