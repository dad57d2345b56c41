import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { hashOfImage } from '../analyses/analyses.repository.ts';
import { passOnCorrections } from '../analyses/corrections/run-corrections.repository.ts';
import type { RemovedAnalysis } from '../analyses/remove-pictures.ts';
import { unsumRemoved } from '../analyses/task-sums/changes.repository.ts';
import { type RoundLimits, type RoundScan, scanRound } from '../database/round-scan.ts';
import type { DB } from '../database/types.generated.ts';
import type { BlobKey } from '../storage/blob-store.ts';
import { hashOfVideo } from '../video-analyses/removal.repository.ts';

/** Retention periods in days. */
export interface Retention {
  /** null: until they are deleted. */
  imageDays: number | null;
  analysisDays: number | null;
  /** Of crops that corrections taught, when what they were cut from is deleted; null: not at all. */
  referenceDays: number | null;
  exportDays: number;
  /** null: as long as the server keeps them. */
  eventDays: number | null;
}

/** @throws if the organisation does not exist. */
export async function getRetention(db: Kysely<DB>, organizationId: string): Promise<Retention> {
  return db
    .selectFrom('organization')
    .select(['image_days as imageDays', 'analysis_days as analysisDays', 'export_days as exportDays'])
    .select(['event_days as eventDays', 'reference_days as referenceDays'])
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
}

/** Changes the given fields. */
export async function setRetention(
  db: Kysely<DB>,
  organizationId: string,
  { imageDays, analysisDays, exportDays, eventDays, referenceDays }: Partial<Retention>,
): Promise<void> {
  await db
    .updateTable('organization')
    .set({ id: organizationId, image_days: imageDays, analysis_days: analysisDays })
    .set({ export_days: exportDays, event_days: eventDays, reference_days: referenceDays })
    .where('id', '=', organizationId)
    .execute();
}

/** Organisations with at least one retention period, in another order each time: a cleaning may end before it has been to all. */
export async function listCleaned(db: Kysely<DB>): Promise<(Retention & { organizationId: string })[]> {
  return db
    .selectFrom('organization')
    .select(['id as organizationId', 'image_days as imageDays', 'analysis_days as analysisDays'])
    .select(['export_days as exportDays', 'event_days as eventDays', 'reference_days as referenceDays'])
    .where((eb) =>
      eb.or((['image_days', 'analysis_days', 'event_days'] as const).map((days) => eb(days, 'is not', null))),
    )
    .orderBy(sql`random()`)
    .execute();
}

/** Images older than `days`, the oldest first, without pictures of catalogue items and images that an analysis still waits for. */
export async function listExpiredImages(
  db: Kysely<DB>,
  organizationId: string,
  days: number,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select image.id from image
    where image.organization_id = ${organizationId} and image.in_library
      and image.created_at < now() - ${days} * interval '1 day'
      and not exists (
        select from catalog_image c where c.organization_id = image.organization_id and c.image_id = image.id)
      and not exists (
        select from analysis a where a.organization_id = image.organization_id and a.image_id = image.id
          and a.finished_at is null)
    order by image.created_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Videos older than `days`, the oldest first, without those that an analysis still waits for. */
export async function listExpiredVideos(
  db: Kysely<DB>,
  organizationId: string,
  days: number,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select video.id from video
    where video.organization_id = ${organizationId} and video.created_at < now() - ${days} * interval '1 day'
      and not exists (
        select from video_analysis a where a.organization_id = video.organization_id and a.video_id = video.id
          and a.finished_at is null)
    order by video.created_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Analyses that have ended and were submitted more than `days` ago: a range of analysis_ended, or of video_analysis_ended. */
function expiredAnalyses(
  table: 'analysis' | 'video_analysis',
  organizationId: string | RawBuilder<unknown>,
  days: number | RawBuilder<unknown>,
) {
  return sql`${sql.table(table)} where organization_id = ${organizationId} and finished_at is not null
    and created_at < now() - ${days} * interval '1 day'`;
}

/** Of the oldest images, how many are looked at for one that is to be removed: pictures of catalogue items stay. */
const oldestImages = 1_000;

/**
 * How long ago the analysis, image or video that should have been removed first should have been, of all organisations; 0: none is
 * overdue. An image behind 1,000 older ones that stay does not count.
 */
export async function readRetentionBehind(db: Kysely<DB>): Promise<number> {
  const firstEnded = (table: 'analysis' | 'video_analysis') => sql`(
      select analysis_days as days, created_at
      from ${expiredAnalyses(table, sql`organization.id`, sql`organization.analysis_days`)}
      order by created_at limit 1)`;
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(extract(epoch from max(now() - days * interval '1 day' - first_of_each.created_at)), 0)::float8 as seconds
    from organization
    -- Organisation by organisation, because the indexes begin with it. Where a period is null, nothing is read.
    cross join lateral (
      ${firstEnded('analysis')} union all ${firstEnded('video_analysis')} union all
      (select image_days as days, created_at from (
        select id, organization_id, created_at from image
        where organization_id = organization.id and in_library and created_at < now() - image_days * interval '1 day'
        order by created_at limit ${oldestImages}) oldest
      -- offset: a step in an index for each image, until one is found, not a join of them all.
      where not exists (
        select from catalog_image c where c.organization_id = oldest.organization_id and c.image_id = oldest.id offset 0)
        and not exists (
          select from analysis a where a.organization_id = oldest.organization_id and a.image_id = oldest.id
            and a.finished_at is null offset 0)
      order by created_at limit 1) union all
      (select image_days as days, created_at from video
      where organization_id = organization.id and created_at < now() - image_days * interval '1 day'
        and not exists (
          select from video_analysis a where a.organization_id = video.organization_id and a.video_id = video.id
            and a.finished_at is null offset 0)
      order by created_at limit 1)) first_of_each`.execute(db);
  return rows[0]!.seconds;
}

/**
 * Removes analyses that have ended and were submitted more than `days` ago, with their results and memberships; counters of batches
 * stay. Locked ones are left for another time.
 * @returns those removed.
 */
export async function removeExpiredAnalyses(
  trx: Transaction<DB>,
  organizationId: string,
  days: number,
  limit: number,
): Promise<RemovedAnalysis[]> {
  const { rows: expired } = await sql<{ id: string }>`
    select id from ${expiredAnalyses('analysis', organizationId, days)}
    order by created_at limit ${limit} for update skip locked`.execute(trx);
  if (expired.length === 0) return [];
  const ids = expired.map(({ id }) => id);
  await unsumRemoved(trx, ids);
  await passOnCorrections(trx, organizationId, ids);
  const { rows } = await sql<RemovedAnalysis>`
    delete from analysis where id = any(${ids}::uuid[])
    returning id, ${hashOfImage} as sha256`.execute(trx);
  return rows;
}

/** The same of videos. */
export async function removeExpiredVideoAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  days: number,
  limit: number,
): Promise<RemovedAnalysis[]> {
  const { rows } = await sql<RemovedAnalysis>`
    delete from video_analysis where id in (
      select id from ${expiredAnalyses('video_analysis', organizationId, days)}
      order by created_at limit ${limit} for update skip locked)
    returning id, ${hashOfVideo} as sha256`.execute(db);
  return rows;
}

const blobScan: RoundScan = {
  name: 'unused_blobs',
  table: 'blob',
  key: { organization_id: 'uuid', sha256: 'bytea' },
  rowsAtOnce: 5_000,
};

/** Unused blobs from before yesterday, which a crash left between a commit and the removal of the bytes. */
export async function listUnusedBlobs(db: Kysely<DB>, limits: RoundLimits): Promise<BlobKey[]> {
  const unused: BlobKey[] = [];
  await scanRound(db, blobScan, limits, async (trx, isInStep) => {
    const { rows } = await sql<BlobKey>`
      select blob.organization_id as "organizationId", encode(blob.sha256, 'hex') as sha256 from blob
      where ${isInStep} and blob.created_at < now() - interval '1 day'
        and not exists (
          select from image where image.organization_id = blob.organization_id and image.sha256 = blob.sha256)
        and not exists (
          select from video where video.organization_id = blob.organization_id and video.sha256 = blob.sha256)
        and not exists (
          select from upload where upload.organization_id = blob.organization_id and upload.blob_sha256 = blob.sha256)`.execute(
      trx,
    );
    unused.push(...rows);
    return rows.length;
  });
  return unused;
}

/** What the crop `c` was cut from is deleted, or the correction that it belongs to. */
const isLeftAlone = sql<boolean>`not exists (
  select from correction k join analysis a on a.organization_id = k.organization_id and a.id = k.analysis_id
  where k.organization_id = c.organization_id and k.id = c.correction_id and a.image_id is not null)`;

/**
 * Takes out of what is taught the crops whose pictures or corrections are deleted, and that were taught more than `reference_days`
 * ago. Then they are unused.
 * @returns how many.
 */
export async function dropExpiredCrops(db: Kysely<DB>): Promise<number> {
  const { rows } = await sql<{ crops: number }>`
    with expired as (
      select o.id, now() - coalesce(o.reference_days, 0) * interval '1 day' as before from organization o),
    pictures as (
      delete from catalog_image c using expired
      where c.organization_id = expired.id and c.taught_at < expired.before and ${isLeftAlone}
      returning c.organization_id),
    counter_examples as (
      delete from counter_example c using expired
      where c.organization_id = expired.id and c.taught_at < expired.before and ${isLeftAlone}
      returning c.organization_id),
    dropped as (select organization_id from pictures union all select organization_id from counter_examples),
    bumped as (
      update organization set catalog_revision = catalog_revision + 1
      where id in (select organization_id from dropped))
    select count(*)::integer as crops from dropped`.execute(db);
  return rows[0]?.crops ?? 0;
}

/** Some organisations, others each time. */
export async function sampleOrganizations(db: Kysely<DB>, limit: number): Promise<string[]> {
  const rows = await db.selectFrom('organization').select('id').orderBy(sql`random()`).limit(limit).execute();
  return rows.map(({ id }) => id);
}
