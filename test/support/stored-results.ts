import { type Kysely, sql } from 'kysely';
import type { DB } from '../../src/database/types.generated.ts';
import { newId } from '../../src/ids.ts';
import type { Detection } from '../../src/recognition/detection.ts';
import type { FoundLabel } from '../../src/recognition/labels.ts';
import type { TextLine } from '../../src/recognition/text/text-line.ts';

/** Rows that results belong to. UUIDs. */
export interface ResultOwner {
  organizationId: string;
  taskId: string;
  imageId: string | null;
}

const itemId = '00000000-0000-7000-8000-00000000000a';

/** A detection as a worker stores it. */
export function storedDetection(values: Partial<Detection> = {}): Detection {
  return {
    box: [10, 20, 30.5, 40],
    objectness: 0.9,
    confidence: 0.8,
    itemId: null,
    matchedBy: null,
    candidates: [],
    label: null,
    ...values,
  };
}

/** An analysis that SUCCEEDED, as a worker leaves it. @returns its UUID */
export async function insertResult(
  db: Kysely<DB>,
  { organizationId, taskId, imageId }: ResultOwner,
  detections: readonly Detection[],
  columns: Partial<Record<'external_id' | 'place_id' | 'metadata', string>> & {
    latitude?: number;
    longitude?: number;
  } = {},
  also: { labels?: readonly FoundLabel[]; accepted?: boolean | null; texts?: readonly TextLine[] } = {},
): Promise<string> {
  const id = newId();
  await db
    .insertInto('analysis')
    .values({
      id,
      organization_id: organizationId,
      task_id: taskId,
      image_id: imageId,
      status: 'SUCCEEDED',
      priority: 0,
      pipeline: 'shelf-fast@2',
      detection_count: detections.length,
      started_at: sql`now()`,
      finished_at: sql`now()`,
      ...columns,
    })
    .execute();
  await db
    .insertInto('analysis_result')
    .values({
      analysis_id: id,
      organization_id: organizationId,
      width: 4_000,
      height: 3_000,
      detections: JSON.stringify(detections),
      timings: JSON.stringify({ decodeMs: 1, inferenceMs: 2, matchMs: 3 }),
      labels: JSON.stringify(also.labels ?? []),
      accepted: also.accepted ?? null,
      texts: also.texts ? JSON.stringify(also.texts) : null,
    })
    .execute();
  return id;
}

/** Many at once, made by the database: `each` detections in every one of `count` analyses. */
export async function insertManyResults(
  db: Kysely<DB>,
  { organizationId, taskId, imageId }: ResultOwner,
  { count, each }: { count: number; each: number },
): Promise<void> {
  const ids = Array.from({ length: count }, newId);
  await sql`
    insert into analysis (
      id, organization_id, task_id, image_id, status, priority, pipeline, detection_count, started_at, finished_at, metadata)
    select id, ${organizationId}, ${taskId}, ${imageId}, 'SUCCEEDED', 0, 'shelf-fast@2', ${each}, now(), now(),
      jsonb_build_object('visit', place)
    from unnest(${ids}::uuid[]) with ordinality as made(id, place)`.execute(db);
  await sql`
    insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
    select id, ${organizationId}, 4000, 3000, (
      select jsonb_agg(jsonb_build_object(
        'box', jsonb_build_array(10.25 * n, 20.5 + n, 30.125, 40.75), 'objectness', 0.5 + n::float8 / 1000,
        'confidence', 0.25 + n::float8 / 1000, 'itemId', case when n % 3 > 0 then ${itemId}::text end,
        'matchedBy', case when n % 3 > 0 then 'APPEARANCE' end, 'label', null,
        'candidates', jsonb_build_array(jsonb_build_object('itemId', ${itemId}::text, 'confidence', 0.5))))
      from generate_series(1, ${each}::integer) n
    ), '{"decodeMs": 1, "inferenceMs": 2, "matchMs": 3}'
    from unnest(${ids}::uuid[]) as id`.execute(db);
}
