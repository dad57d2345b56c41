import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { startJobRunner } from '../../../workers/job-runner.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** The end of a job is written by a delete when it was done, by an update of last_error when it failed. */
const endings = [
  { ending: 'done', event: 'before delete', condition: 'true', fails: false },
  {
    ending: 'failed',
    event: 'before update',
    condition: 'new.last_error is distinct from old.last_error',
    fails: true,
  },
];

describe('the job queue, when the end of a job cannot be written', () => {
  test.each(endings)('begins anew and does the job again: $ending', async ({ event, condition, fails }) => {
    const { pool } = database;
    await pool.query(`
      create or replace function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'nothing can be written' using errcode = '57P01'; end $$;
      create trigger refuse_end ${event} on graphile_worker._private_jobs for each row when (${condition})
        execute function refuse()`);
    const restarted = Promise.withResolvers<void>();
    const again = Promise.withResolvers<void>();
    let runs = 0;
    const resources = {
      config: loadConfig({}),
      logger: createLogger({ level: 'silent', format: 'json' }),
      ...database,
    } as unknown as WorkerResources;
    const jobs = await startJobRunner(resources, {
      concurrency: 1,
      onRestart: restarted.resolve,
      taskList: {
        probe: async () => {
          runs += 1;
          if (runs > 1) {
            await pool.query('drop trigger refuse_end on graphile_worker._private_jobs');
            again.resolve();
          } else if (fails) throw new Error('The first run fails.');
        },
      },
    });
    let stopped = false;
    onTestFinished(() => (stopped ? undefined : jobs.stop()));
    const firstPool = jobs.poolId;
    await pool.query(`select graphile_worker.add_job('probe', '{}'::json)`);

    await restarted.promise;
    expect(jobs.poolId).not.toBe(firstPool);
    await again.promise;
    stopped = true;
    await jobs.stop();
    expect(runs).toBe(2);
    const { rows } = await pool.query('select id, locked_by from graphile_worker.jobs');
    expect(rows).toEqual([]);
  });

  test('stops at once when there is nothing to do', async () => {
    const resources = { logger: createLogger({ level: 'silent', format: 'json' }), ...database };
    const jobs = await startJobRunner(resources as unknown as WorkerResources, {
      concurrency: 2,
      taskList: { probe: () => undefined },
      onRestart: () => expect.unreachable('Nothing broke.'),
    });
    await jobs.stop();
  });
});
