import { sql } from 'kysely';
import { encodeId, newId } from '../../src/ids.ts';
import type { BenchDatabase } from './bench-database.ts';

/** What the queries of the list bench name; ids as clients know them. */
export interface ListedRows {
  /** With 50 analyses of 20 detections each. */
  batchId: string;
  /** With 300 detections. */
  analysisId: string;
}

const taskCount = 4;
const itemCount = 200;
const batchCount = 20;
/** As many as a page holds. */
const batchSize = 50;
const usualDetections = 20;
const manyDetections = 300;

/** A catalogue, tasks, and batches whose analyses have succeeded, written straight into the tables. */
export async function insertListedRows({ db }: BenchDatabase): Promise<ListedRows> {
  const { rows } = await sql<{ id: string }>`select id from organization`.execute(db);
  const organizationId = rows[0]!.id;
  const itemIds = await insertItems(db, organizationId);
  const taskIds = await insertTasks(db, organizationId);
  const batchIds = Array.from({ length: batchCount }, newId);
  await sql`
    insert into batch (id, organization_id, task_id, priority, total, completed, finished_at)
    select id, ${organizationId}, (${taskIds}::uuid[])[1 + place % ${taskCount}], 0, ${batchSize}, ${batchSize}, now()
    from unnest(${batchIds}::uuid[]) with ordinality as made(id, place)`.execute(db);
  const analyses = batchIds.flatMap((batchId, index) =>
    Array.from({ length: batchSize }, (_, position) => ({
      id: newId(),
      batch_id: batchId,
      task_id: taskIds[(index + 1) % taskCount]!,
      position,
      detections: usualDetections,
    })),
  );
  const [large] = analyses;
  large!.detections = manyDetections;
  await insertAnalyses(db, organizationId, itemIds, analyses);
  // The planner knows the tables, as it does where they have grown.
  await sql`vacuum analyze`.execute(db);
  return { batchId: encodeId('batch', batchIds[1]!), analysisId: encodeId('analysis', large!.id) };
}

type Db = BenchDatabase['db'];

async function insertItems(db: Db, organizationId: string): Promise<string[]> {
  const ids = Array.from({ length: itemCount }, newId);
  const imageIds = ids.map(newId);
  await sql`
    insert into image (id, organization_id, status, in_library)
    select id, ${organizationId}, 'AWAITING_UPLOAD', false from unnest(${imageIds}::uuid[]) as id`.execute(db);
  await sql`
    insert into catalog_item (id, organization_id, status, name, barcode, brand)
    select id, ${organizationId}, 'ACTIVE', 'Product ' || place, '500000000000' || place, 'Brand ' || place % 20
    from unnest(${ids}::uuid[]) with ordinality as made(id, place)`.execute(db);
  await sql`
    insert into catalog_image (catalog_item_id, image_id, organization_id, position)
    select item_id, image_id, ${organizationId}, 0
    from unnest(${ids}::uuid[], ${imageIds}::uuid[]) as made(item_id, image_id)`.execute(db);
  return ids;
}

async function insertTasks(db: Db, organizationId: string): Promise<string[]> {
  const ids = Array.from({ length: taskCount }, newId);
  await sql`
    insert into task (id, organization_id, name, type, pipeline, all_catalog_items)
    select id, ${organizationId}, 'Task ' || place, 'DETECTION', 'shelf', true
    from unnest(${ids}::uuid[]) with ordinality as made(id, place)`.execute(db);
  return ids;
}

interface AnalysisSeed {
  id: string;
  batch_id: string;
  task_id: string;
  position: number;
  detections: number;
}

async function insertAnalyses(
  db: Db,
  organizationId: string,
  itemIds: readonly string[],
  analyses: readonly AnalysisSeed[],
): Promise<void> {
  const seeds = sql`json_to_recordset(${JSON.stringify(analyses)}::json)
    as seed(id uuid, batch_id uuid, task_id uuid, position int, detections int)`;
  await sql`
    insert into analysis (
      id, organization_id, task_id, batch_id, status, priority, pipeline, detection_count, confidence, external_id, metadata,
      started_at, finished_at)
    select id, ${organizationId}, task_id, batch_id, 'SUCCEEDED', 0, 'shelf-fast@2', detections, 0.9, 'photo-' || position,
      jsonb_build_object('visit', position), now(), now()
    from ${seeds}`.execute(db);
  await sql`
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select batch_id, position, id, ${organizationId} from ${seeds}`.execute(db);
  await sql`
    insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
    select id, ${organizationId}, 4000, 3000, (
      select jsonb_agg(jsonb_build_object(
        'box', jsonb_build_array(10.25 * n, 20.5 + n, 30.125, 40.75), 'objectness', 0.5 + n::float8 / 1000,
        'confidence', 0.25 + n::float8 / 1000, 'itemId', (${itemIds}::text[])[1 + n % ${itemCount}::integer],
        'matchedBy', 'APPEARANCE', 'label', null, 'candidates', '[]'::jsonb))
      from generate_series(1, seed.detections) n
    ), '{"decodeMs": 1, "inferenceMs": 2, "matchMs": 3}'
    from ${seeds}`.execute(db);
}
