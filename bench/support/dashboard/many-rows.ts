import { sql } from 'kysely';
import { newId } from '../../../src/ids.ts';
import type { BenchDatabase } from '../bench-database.ts';

const rowsAtOnce = 10_000;

/** The name of the row that was submitted first: the last one of the list. */
export const lastRow = 'row-1';

/** More analyses that have succeeded, written straight into the table: of the images, tasks and times of those that were recognised. */
export async function insertManyRows({ db }: BenchDatabase, count: number): Promise<void> {
  for (let first = 1; first <= count; first += rowsAtOnce) {
    const ids = Array.from({ length: Math.min(rowsAtOnce, count - first + 1) }, () => newId());
    await sql`
      insert into analysis (
        id, organization_id, task_id, image_id, status, priority, pipeline, detection_count, confidence, external_id, place_id,
        created_at, started_at, finished_at)
      select made.id, known.organization_id, known.task_id, known.image_id, 'SUCCEEDED', 0, known.pipeline, known.detection_count,
        known.confidence, 'row-' || ${first} + place - 1, 'Store ' || place % 40, known.created_at, known.started_at,
        known.finished_at
      from unnest(${ids}::uuid[]) with ordinality as made(id, place)
      join (
        select *, row_number() over (order by id) - 1 as number, count(*) over () as total from analysis
        where status = 'SUCCEEDED' and coalesce(external_id, '') not like 'row-%'
      ) known on known.number = place % known.total`.execute(db);
  }
  await sql`vacuum analyze analysis`.execute(db);
}
