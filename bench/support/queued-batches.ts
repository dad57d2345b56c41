import { sql } from 'kysely';
import { encodeId, newId } from '../../src/ids.ts';
import type { BenchDatabase } from './bench-database.ts';

export interface QueuedBatches {
  /** As clients name it. */
  taskId: string;
  /** As clients name them. */
  batchIds: string[];
  /** As the database names them: the first of every batch, then the second of every batch, and so on. */
  analysisIds: string[];
}

/** Batches whose analyses wait, written straight into the tables: a thousand submissions are not what is measured. */
export async function insertQueuedBatches({ db }: BenchDatabase, count: number, each: number): Promise<QueuedBatches> {
  const { rows } = await sql<{ organization_id: string; task_id: string }>`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    select ${newId()}, id, 'bench', 'DETECTION', 'shelf', true from organization
    returning id as task_id, organization_id`.execute(db);
  const { organization_id, task_id } = rows[0]!;
  const batches = Array.from({ length: count }, () => newId());
  const analyses = Array.from({ length: count * each }, (_, index) => ({
    id: newId(),
    batch_id: batches[index % count]!,
    position: Math.floor(index / count),
  }));
  await sql`
    insert into batch (id, organization_id, task_id, priority, total)
    select id, ${organization_id}, ${task_id}, 0, ${each} from unnest(${batches}::uuid[]) as id`.execute(db);
  await sql`
    with member as (
      select * from json_to_recordset(${JSON.stringify(analyses)}::json) as m(id uuid, batch_id uuid, position int)
    ),
    inserted as (
      insert into analysis (id, organization_id, task_id, batch_id, status, priority, pipeline)
      select id, ${organization_id}, ${task_id}, batch_id, 'QUEUED', 0, 'shelf-fast@2' from member returning id
    )
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select member.batch_id, member.position, member.id, ${organization_id} from member join inserted using (id)`.execute(
    db,
  );
  await sql`analyze`.execute(db);
  return {
    taskId: encodeId('task', task_id),
    batchIds: batches.map((id) => encodeId('batch', id)),
    analysisIds: analyses.map(({ id }) => id),
  };
}
