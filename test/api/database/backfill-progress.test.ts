import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { startWorkerBeside } from '../../support/worker-beside.ts';

const main = path.join(import.meta.dirname, '../../../src/cli/main.ts');
/** More than is counted. */
const analyses = 30_000;
const beginsAt = '2126-01-02T03:04:05.000Z';

let sightline: TestSightline;
/** As after an upgrade: an analysis a second, of which a quarter is summed and all but the last 12 are counted. */
beforeAll(async () => {
  sightline = await startTestSightline();
  const { db, pool } = sightline.database;
  const [organizationId, taskId] = [newId(), newId()];
  await sql`insert into organization (id, name, plan) values (${organizationId}, 'a', 'FREE')`.execute(db);
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    values (${taskId}, ${organizationId}, 't', 'DETECTION', 'shelf', true)`.execute(db);
  await sql`
    insert into analysis (id, organization_id, task_id, status, priority, pipeline, place_id, counted, taken_at)
    select (lpad(to_hex(1700000000000 + n * 1000), 12, '0') || '70008000000000000000')::uuid, ${organizationId}, ${taskId},
      'AWAITING_UPLOAD', 0, 'shelf@1', 'p', case when n <= ${analyses}::int - 12 then true end, case when n > 7 then now() end
    from generate_series(1, ${analyses}::int) n`.execute(db);
  await sql`
    insert into batch (id, organization_id, task_id, priority, total)
    select gen_random_uuid(), ${organizationId}, ${taskId}, 0, 0 from generate_series(1, 5)`.execute(db);
  await sql`
    update analysis_stats_backfill set finished_at = null, after = (
      select id from analysis order by id offset ${analyses - 20}::int limit 1)`.execute(db);
  await sql`
    update task_sum_backfill set finished_at = null, begins_at = ${beginsAt}, after = (
      select id from analysis order by id offset ${analyses / 4}::int limit 1)`.execute(db);
  await pool.query('vacuum analyze');
});
afterAll(() => sightline?.close());

async function printPlan(): Promise<string> {
  const env = { ...process.env, DATABASE_URL: sightline.database.url };
  return (await promisify(execFile)(process.execPath, [main, 'migrate', '--plan'], { env })).stdout;
}

test('`sightline migrate --plan` lists what is left of each backfill, and from when', async () => {
  const plan = await printPlan();
  expect(plan).toMatch(/^There is nothing to migrate\.\n/);
  expect(plan).toContain('  statistics: about 12 analyses\n');
  expect(plan).toMatch(new RegExp(`  sums of tasks: about 22,[45]\\d\\d analyses, not before ${beginsAt}\n`));
  expect(plan).toContain('  places of batches: about 5 batches\n');
  expect(plan).toContain('  times of pictures: about 7 analyses\n');
});

test('a worker logs how many rows it brought up to date and how many are left, and then nothing is', async () => {
  const { db } = sightline.database;
  await sql`update task_sum_backfill set begins_at = now()`.execute(db);
  const logged: { backfill?: string; done?: number; left?: number }[] = [];
  await startWorkerBeside(sightline, {
    logger: pino({}, { write: (line) => void logged.push(JSON.parse(line)) }),
  });
  const progress = () =>
    logged.flatMap(({ backfill, done, left }) => (backfill === undefined ? [] : [{ backfill, done, left }]));
  await expect.poll(() => new Set(progress().map(({ backfill }) => backfill)).size, { timeout: 45_000 }).toBe(4);
  expect(progress()).toEqual(
    expect.arrayContaining([
      { backfill: 'statistics', done: 12, left: 0 },
      { backfill: 'places of batches', done: 5, left: 0 },
      { backfill: 'times of pictures', done: 7, left: 0 },
    ]),
  );
  expect(await printPlan()).toBe('There is nothing to migrate.\n\nNothing was changed.\n');
});
