import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { encodeId } from '../../src/ids.ts';
import { request } from '../support/client.ts';
import type { TestDatabase } from '../support/database.ts';
import { createInstallation } from '../support/process.ts';
import { createReleasedDatabase } from '../support/released-database.ts';
import { ReleasedLoad } from './support/released-load.ts';
import { fillReleased, type ReleasedRows } from './support/released-rows.ts';

/** A million takes about ten minutes on two cores. */
const analyses = Number(process.env.UPGRADE_ANALYSES ?? 200_000);
const clients = 4;

test(
  `a database of 0.1.0 with ${analyses} analyses is migrated under load: nobody waits a second for a lock, and what is interrupted resumes`,
  async () => {
    const database = await createReleasedDatabase();
    onTestFinished(database.drop);
    const rows = await fillReleased(database, analyses);
    await database.pool.query(
      `select graphile_worker.add_job('clean_retention', '{}'::json, job_key := 'clean_retention')`,
    );
    const load = new ReleasedLoad(database.url, rows, clients);
    onTestFinished(() => load.stop().catch(() => undefined));
    const installation = await createInstallation({ DATABASE_URL: database.url, ENGINES: '1' });

    // Killed in the middle of its first index, and run again.
    const first = await installation.run('migrate');
    const firstEnded = once(first, 'exit');
    await Promise.race([untilBuilding(database), load.failed, firstEnded]);
    first.kill('SIGKILL');
    expect(await firstEnded).toEqual([null, 'SIGKILL']);
    const second = await installation.run('migrate');
    const log = text(second.stderr!);
    const [exitCode] = await Promise.race([once(second, 'exit'), load.failed.then(() => [null])]);
    expect(exitCode, await log).toBe(0);
    expect(await readUnfinished(database)).toEqual([]);

    // Old processes go on beside the new ones.
    const before = load.analyses;
    const api = await installation.start('api');
    const worker = await installation.start('worker');
    await expect.poll(() => load.analyses).toBeGreaterThan(before);
    await expectIdsToHold({ url: api.url, apiKey: installation.apiKey }, rows);
    // A job that 0.1.0 has added.
    await expect.poll(() => countJobs(database, 'clean_retention'), { timeout: 60_000 }).toBe(0);

    // The backfill of statistics resumes where a worker that was killed had stopped.
    await expect.poll(() => readCounted(database), { timeout: 60_000 }).toBeGreaterThan(0);
    worker.kill('SIGKILL');
    await worker.ended;
    const { counted, after } = await expectCountedOnce(database);
    expect(counted).toBeLessThan(analyses);
    const another = await installation.start('worker');
    await expect.poll(() => readCounted(database), { timeout: 120_000 }).toBeGreaterThan(counted);
    expect((await expectCountedOnce(database)).after > after).toBe(true);

    await load.stop();
    console.info(
      `${load.statements} statements of ${clients} clients meanwhile; the slowest took ${Math.round(load.slowest.ms)} ms: ${load.slowest.text.slice(0, 60)}`,
    );
    for (const process of [api, another]) {
      process.kill('SIGTERM');
      expect(await process.ended).toEqual({ exitCode: 0, signal: null });
    }
  },
  30 * 60_000,
);

/** Resolves when an index is being built concurrently. */
async function untilBuilding({ pool }: TestDatabase): Promise<void> {
  await expect
    .poll(async () => (await pool.query('select from pg_stat_progress_create_index')).rowCount, {
      interval: 20,
      timeout: 120_000,
    })
    .toBeGreaterThan(0);
}

/**
 * Indexes that are not complete, and constraints that are not checked. An index of the whole log (relkind I) has no entries of its own, and stays
 * incomplete where a day had events already: those days are never locked for it.
 */
async function readUnfinished({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index join pg_class on pg_class.oid = indexrelid
       where not indisvalid and relkind = 'i'
     union all select conname from pg_constraint where not convalidated`,
  );
  return rows.map(({ name }) => name);
}

/** Ids that clients got from 0.1.0 are answered, with what was found then. */
async function expectIdsToHold({ url, apiKey }: { url: string; apiKey: string }, rows: ReleasedRows): Promise<void> {
  const query = `query ($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Analysis { id status placeId detections { box { width } } batch { status total } task { name } } }
  }`;
  const ids = [10, rows.analyses].map((n) => encodeId('analysis', rows.analysisId(n)));
  const { body } = await request(url, { apiKey, query, variables: { ids } });
  expect(body.errors).toBeUndefined();
  expect(
    body.data.nodes.map(({ id, status, batch }: { id: string; status: string; batch: object }) => ({
      id,
      status,
      batch,
    })),
  ).toEqual(ids.map((id) => ({ id, status: 'SUCCEEDED', batch: { status: 'COMPLETED', total: 100 } })));
  expect(body.data.nodes[0].detections).toHaveLength(1);
}

async function countJobs({ pool }: TestDatabase, name: string): Promise<number> {
  const { rows } = await pool.query(
    'select count(*)::int as count from graphile_worker.jobs where task_identifier = $1',
    [name],
  );
  return rows[0].count;
}

async function readCounted({ pool }: TestDatabase): Promise<number> {
  const { rows } = await pool.query('select count(*)::int as count from analysis where counted');
  return rows[0].count;
}

/** What the statistics contain is what is marked as counted, whatever was killed. */
async function expectCountedOnce({ pool }: TestDatabase): Promise<{ counted: number; after: string }> {
  const { rows } = await pool.query(
    `select (select count(*)::int from analysis where counted) as counted,
       (select sum(submitted)::int from (
         select submitted from analysis_stats where place_id is null
         union all select submitted from analysis_stats_change) sums) as submitted,
       (select after::text from analysis_stats_backfill) as after`,
  );
  const { counted, submitted, after } = rows[0];
  expect(submitted).toBe(counted);
  return { counted, after };
}
