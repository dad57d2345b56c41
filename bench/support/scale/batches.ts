import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../../src/database/types.generated.ts';
import { batchesOfBlock, batchSize, detectionsOfAnalysis, imagesOfBatch, periodDays, type Size } from './size.ts';
import { embedder, pipeline, tasksOfOrganization } from './tenants.ts';

/** One in so many batches is of the task with few analyses. */
const rareTaskEvery = 200;
/** The share of all analyses that wait for a worker: the latest ones. */
const waitingShare = 0.01;

/** Writes the batches from one number to another (exclusive) with their images, analyses and results, in the order of time. */
export async function insertBatches(trx: Transaction<DB>, size: Size, from: number, to: number): Promise<void> {
  await sql`truncate scale.batch, scale.image, scale.analysis`.execute(trx);
  await planBatches(trx, size, from, to);
  await insertImages(trx);
  await insertAnalyses(trx);
  await insertBesides(trx);
}

async function planBatches(trx: Transaction<DB>, size: Size, from: number, to: number): Promise<void> {
  const others = size.organizations - 1;
  const waitingFrom = Math.floor(size.batches * (1 - waitingShare));
  const seconds = (periodDays * 86_400) / size.batches;
  await sql`
    insert into scale.batch
    select m, o.number, o.id, made.seq, made.at, uuidv7(made.at - now()),
      o.tasks[case when made.seq % ${rareTaskEvery}::int = 7 then ${tasksOfOrganization}::int else 1 + made.seq % 4 end],
      'Store ' || made.seq * 7 % o.places, case when made.seq % 3 = 0 then 'visit-' || m end, m >= ${waitingFrom}::int, o.variants
    from generate_series(${from}::bigint, ${to}::bigint - 1) m
    cross join lateral (
      select m / ${batchesOfBlock}::int as block, (m % ${batchesOfBlock}::int)::int as place) block
    cross join lateral (
      select case place when 0 then 0 else 1 + (block * 9 + place - 1) % ${others}::int end as number,
        case place when 0 then block else (block * 9 + place - 1) / ${others}::int end as seq,
        now() + (m - ${size.batches}::int) * ${seconds}::float8 * interval '1 second' as at) made
    join scale.organization o on o.number = made.number
    order by m`.execute(trx);
  await sql`
    insert into scale.image
    select m, place, uuidv7(created_at - now() - interval '1 second'), sha256(convert_to(m || ':' || place, 'UTF8'))
    from scale.batch cross join generate_series(0, ${imagesOfBatch}::int - 1) place order by m, place`.execute(trx);
  await sql`
    insert into scale.analysis
    select batch.m, position, uuidv7(created_at - now()), image.id,
      case when is_open then 'QUEUED' when position > 0 then 'SUCCEEDED' when seq % 2 = 0 then 'FAILED' else 'CANCELED' end,
      (seq * ${batchSize}::int + position) % variants, round((0.5 + random() / 2)::numeric, 6)
    from scale.batch cross join generate_series(0, ${batchSize}::int - 1) position
    join scale.image on image.m = batch.m and image.place = position % ${imagesOfBatch}::int
    order by batch.m, position`.execute(trx);
}

async function insertImages(trx: Transaction<DB>): Promise<void> {
  const joined = sql`from scale.image made join scale.batch using (m)`;
  await sql`
    insert into blob (organization_id, sha256, byte_size, mime_type, width, height, created_at)
    select organization_id, made.sha256, 2200000, 'image/jpeg', 4000, 3000, created_at ${joined}`.execute(trx);
  // Three of five are searchable, and one in a hundred could not be made so.
  await sql`
    insert into image (
      id, organization_id, status, indexing_status, failure_code, failure_message, failure_retryable, sha256, filename, external_id,
      place_id, metadata, recorded_at, created_at)
    select made.id, organization_id, 'READY', kind, code, case when code is not null then 'It could not be read.' end,
      case when code is not null then false end, made.sha256, 'IMG_' || m || '_' || place || '.jpg', 'photo-' || m || '-' || place,
      place_id, jsonb_build_object('camera', m % 40, 'aisle', place), created_at - interval '1 minute', created_at
    from (
      select *, case when failed then 'FAILED' when place < 3 then 'INDEXED' else 'NOT_INDEXED' end as kind,
        case when failed then 'UNDECODABLE' end as code
      from (select made.*, batch.organization_id, batch.place_id, batch.created_at, made.place = 4 and batch.seq % 20 = 0 as failed
        ${joined}) told) made
    order by made.id`.execute(trx);
  await sql`
    insert into blob_embedding (organization_id, sha256, model, embedding, created_at)
    select organization_id, made.sha256, ${embedder}, embedding.bytes, created_at
    ${joined} join scale.embedding on embedding.number = (made.m * 5 + place) % 64 where place < 3`.execute(trx);
}

async function insertAnalyses(trx: Transaction<DB>): Promise<void> {
  await sql`
    insert into batch (
      id, organization_id, task_id, place_ids, priority, total, completed, failed, canceled, created_at, finished_at, progressed_at)
    select id, organization_id, task_id, array[place_id], 0, ${batchSize}::int, case when is_open then 0 else ${batchSize}::int - 1 end,
      case when not is_open and seq % 2 = 0 then 1 else 0 end, case when not is_open and seq % 2 = 1 then 1 else 0 end, created_at,
      case when not is_open then created_at + interval '1 minute' end,
      case when not is_open then created_at + interval '1 minute' end
    from scale.batch order by m`.execute(trx);
  const ended = sql`made.status <> 'QUEUED'`;
  const found = sql`made.status = 'SUCCEEDED'`;
  const joined = sql`from scale.analysis made join scale.batch using (m)`;
  await sql`
    insert into analysis (
      id, organization_id, task_id, image_id, batch_id, status, failure_code, failure_message, failure_retryable, priority, pipeline,
      detection_count, confidence, external_id, place_id, visit_id, metadata, counted, created_at, updated_at, started_at, finished_at,
      taken_at)
    select made.id, organization_id, task_id, made.image_id, batch.id, made.status,
      case made.status when 'FAILED' then 'UNDECODABLE' end, case made.status when 'FAILED' then 'It could not be read.' end,
      case made.status when 'FAILED' then false end, 0, ${pipeline},
      case when ${found} then ${detectionsOfAnalysis}::int else 0 end, case when ${found} then made.confidence end,
      'photo-' || m || '-' || position, place_id, visit_id, jsonb_build_object('aisle', position % 40, 'photo', m * 50 + position),
      true, created_at, created_at + interval '25 s', case when ${ended} then created_at + interval '20 s' end,
      case when ${ended} then created_at + interval '25 s' + position * interval '0.7 s' end, created_at - interval '1 minute'
    ${joined} order by m, position`.execute(trx);
  await sql`
    insert into batch_analysis (batch_id, position, analysis_id, organization_id)
    select batch.id, position, made.id, organization_id ${joined} order by m, position`.execute(trx);
  const withResult = sql`${joined} join scale.variant on variant.number = batch.number and variant.variant = made.variant
    where ${found}`;
  await sql`
    insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
    select made.id, organization_id, 4000, 3000, variant.detections, '{"decodeMs": 1, "inferenceMs": 2, "matchMs": 3}'
    ${withResult} order by m, position`.execute(trx);
  await sql`
    insert into analysis_item (analysis_id, catalog_item_id, organization_id, facings, area, width, confidence)
    select made.id, item, organization_id, 2, 0.1, 0.2, round((0.5 + random() / 2)::numeric, 6)
    from (select made.id, made.m, made.position, organization_id, variant.items ${withResult}) made, unnest(made.items) item
    order by made.m, made.position`.execute(trx);
}

/** What comes with analyses: ledger, visits, corrections of one in a hundred, an alert for each 25,000, a video for each thousand, and counters. */
async function insertBesides(trx: Transaction<DB>): Promise<void> {
  await sql`
    insert into credit_entry (id, organization_id, amount, reason, batch_id, created_at, folded)
    select uuidv7(created_at - now()), organization_id, -${batchSize}::int, 'ANALYSIS', id, created_at, true from scale.batch`.execute(
    trx,
  );
  await sql`
    insert into visit (id, organization_id, visit_id, status, active_at, created_at, closed_at, place_ids)
    select uuidv7(created_at - now()), organization_id, visit_id, case when is_open then 'OPEN' else 'CLOSED' end, created_at,
      created_at, case when not is_open then created_at + interval '1 hour' end, array[place_id]
    from scale.batch where visit_id is not null`.execute(trx);
  await sql`
    insert into correction (
      id, organization_id, analysis_id, first_run, detection_index, box, picture_width, picture_height, verdict, catalog_item_id,
      found_item_id, status, created_at)
    select uuidv7(created_at - now()), organization_id, made.id, made.id, 0, '{10,20,30,40}', 4000, 3000,
      case when m % 4 = 0 then 'ITEM' else 'UNKNOWN' end, case when m % 4 = 0 then variant.items[1] end, variant.items[2],
      case when m % 20 = 0 then 'PROPOSED' else 'APPLIED' end, created_at + interval '1 minute'
    from scale.analysis made join scale.batch using (m)
    join scale.variant on variant.number = batch.number and variant.variant = made.variant
    where position = 1 and m % 2 = 0 and not is_open`.execute(trx);
  await sql`
    insert into shelf_alert (id, organization_id, kind, task_id, place_id, raised_at, seen_at)
    select uuidv7(created_at - now()), organization_id, 'GAP_SHARE_ABOVE', task_id, place_id, created_at, created_at
    from scale.batch where seq % 500 = 1 and not is_open`.execute(trx);
  await insertVideos(trx);
  await insertStatistics(trx);
}

async function insertVideos(trx: Transaction<DB>): Promise<void> {
  const hash = sql`sha256(convert_to('video ' || m, 'UTF8'))`;
  const some = sql`from scale.batch where (seq + number) % 20 = 3 and not is_open`;
  await sql`
    insert into blob (organization_id, sha256, byte_size, mime_type, created_at)
    select organization_id, ${hash}, 50000000, 'video/mp4', created_at ${some}`.execute(trx);
  await sql`
    with made as (
      insert into video (id, organization_id, status, sha256, filename, place_id, created_at)
      select uuidv7(created_at - now()), organization_id, 'READY', ${hash}, 'VID_' || m || '.mp4', place_id, created_at ${some}
      returning id, organization_id, place_id, sha256, created_at
    )
    insert into video_analysis (
      id, organization_id, task_id, video_id, status, priority, pipeline, place_id, frames_per_second, key_frames_only, counted,
      created_at, updated_at, started_at, finished_at, failure_code, failure_message, failure_retryable)
    select uuidv7(made.created_at - now()), made.organization_id, batch.task_id, made.id,
      case when failed then 'FAILED' else 'SUCCEEDED' end, 0, ${pipeline}, made.place_id, 2, false, true, made.created_at,
      made.created_at, made.created_at, made.created_at + interval '2 minutes', case when failed then 'UNDECODABLE' end,
      case when failed then 'It could not be read.' end, case when failed then false end
    from made join (select *, ${hash} as sha256, seq % 100 = 3 as failed from scale.batch) batch
      on batch.organization_id = made.organization_id and batch.sha256 = made.sha256`.execute(trx);
}

/** Counters as folding leaves them, of all places together and of each place. */
async function insertStatistics(trx: Transaction<DB>): Promise<void> {
  const each = batchSize - 1;
  const sums = sql`count(*) * ${batchSize}::int, count(*) filter (where not is_open) * ${each}::int,
    count(*) filter (where not is_open and seq % 2 = 0), count(*) filter (where not is_open and seq % 2 = 1), 0,
    count(*) * ${each * detectionsOfAnalysis}::int, count(*) * ${each}::int * 5000.0,
    jsonb_build_object('40', count(*) * ${each}::int), '{}'::jsonb, ${mapOf(12)}, ${mapOf(24)}`;
  const bucket = sql`date_bin('15 minutes', created_at, timestamptz 'epoch')`;
  const names = sql`organization_id, bucket_at, task_id, place_id, submitted, succeeded, failed, canceled, expired, facings,
    duration_ms, latencies, failures, item_analyses, item_facings`;
  for (const { place, key } of [
    { place: sql`null::text`, key: sql`(organization_id, bucket_at, task_id) where place_id is null` },
    { place: sql`place_id`, key: sql`(organization_id, place_id, bucket_at, task_id) where place_id is not null` },
  ])
    await sql`
      insert into analysis_stats as known (${names})
      select organization_id, ${bucket}, task_id, ${place}, ${sums}
      from scale.batch join scale.organization using (number) group by 1, 2, 3, 4, organization.items
      on conflict ${key} do update set submitted = known.submitted + excluded.submitted,
        succeeded = known.succeeded + excluded.succeeded, failed = known.failed + excluded.failed,
        canceled = known.canceled + excluded.canceled, facings = known.facings + excluded.facings,
        duration_ms = known.duration_ms + excluded.duration_ms,
        latencies = sum_counts(known.latencies, excluded.latencies),
        item_analyses = sum_counts(known.item_analyses, excluded.item_analyses),
        item_facings = sum_counts(known.item_facings, excluded.item_facings)`.execute(trx);
}

/** Of some of the items: how often each was found. */
function mapOf(times: number) {
  return sql`(select jsonb_object_agg(item, ${times}::int) from unnest(organization.items[1:60]) item)`;
}

/** Analyses that wait, for the jobs that wake workers. */
export async function countWaiting(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from analysis where status = 'QUEUED'`.execute(db);
  return rows[0]!.count;
}
