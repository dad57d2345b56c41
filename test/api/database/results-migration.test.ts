import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { migrationsDir } from '../../../src/database/migration-files.ts';
import { migrate } from '../../../src/database/migrator.ts';
import { createEmptyDatabase } from '../../support/database.ts';

test('0002-results counts what has no name in the results that are there', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-migrations-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const add = (file: string) => copyFile(path.join(migrationsDir, file), path.join(directory, file));
  await using database = await createEmptyDatabase();
  await add('0001-initial.sql');
  await migrate(database, { directory });
  const found = [
    { itemId: null, box: [0, 0, 10, 20.5] },
    { itemId: '018f0000-0000-7000-8000-000000000001', box: [20, 0, 100, 100] },
    { itemId: null, box: [30, 0, 4, 5] },
  ];
  const results = [found, found.slice(1, 2), []];
  await sql`
    with o as (insert into organization (id, name, plan) values (gen_random_uuid(), 'Old', 'FREE') returning id),
    t as (
      insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
      select gen_random_uuid(), id, 'Old', 'DETECTION', 'shelf', true from o returning id, organization_id
    ),
    result as (
      select gen_random_uuid() as id, value as detections from jsonb_array_elements(${JSON.stringify(results)}::jsonb)
    ),
    a as (
      insert into analysis (id, organization_id, task_id, status, priority, pipeline, finished_at)
      select result.id, t.organization_id, t.id, 'SUCCEEDED', 0, 'shelf-fast@2', now() from result cross join t
    )
    insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
    select result.id, t.organization_id, 200, 100, detections, '{}' from result cross join t`.execute(database.db);
  await add('0002-results.sql');
  await migrate(database, { directory });
  const { rows } = await sql`
    select unnamed_facings as facings, unnamed_area as area, unnamed_width as width from analysis_result
    order by jsonb_array_length(detections) desc`.execute(database.db);
  expect(rows).toEqual([
    { facings: 2, area: 225, width: 14 },
    { facings: 0, area: 0, width: 0 },
    { facings: 0, area: 0, width: 0 },
  ]);
});
