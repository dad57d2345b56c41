import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** An image that was found. */
export interface Found {
  id: string;
  /** 0..1, to six decimals. */
  score: number;
}

/** A page begins after this image. */
export interface SearchPage {
  after: Found | null;
  limit: number;
}

/** The bytes of an image or upload to search by; null: it does not exist; undefined: its bytes have not arrived. */
export async function findExample(
  db: Kysely<DB>,
  organizationId: string,
  example: { imageId: string } | { uploadId: string },
): Promise<string | null | undefined> {
  const { rows } = await ('imageId' in example
    ? sql<{ sha256: string | null }>`
        select encode(sha256, 'hex') as sha256 from image
        where organization_id = ${organizationId} and id = ${example.imageId}`.execute(db)
    : sql<{ sha256: string | null }>`
        select encode(coalesce(upload.blob_sha256, image.sha256), 'hex') as sha256
        from upload left join image on image.organization_id = upload.organization_id and image.id = upload.image_id
        where upload.organization_id = ${organizationId} and upload.id = ${example.uploadId}`.execute(db));
  return rows[0] ? (rows[0].sha256 ?? undefined) : null;
}

/** The searchable images of these bytes. */
export async function findImagesOfBytes(
  db: Kysely<DB>,
  organizationId: string,
  hashes: readonly string[],
): Promise<{ id: string; sha256: string }[]> {
  const { rows } = await sql<{ id: string; sha256: string }>`
    select id, encode(sha256, 'hex') as sha256 from image
    where organization_id = ${organizationId} and in_library and indexing_status = 'INDEXED'
      and sha256 = any(${hashes.map((hash) => Buffer.from(hash, 'hex'))}::bytea[])`.execute(db);
  return rows;
}

/** A common item is on nearly all images; its newest analyses are read in the order of an index, however many there are. */
export const mostHits = 5_000;

/**
 * Searchable images on which an item was found, by its highest confidence.
 * @param most the newest analyses that are looked at
 */
export function searchByItem(
  db: Kysely<DB>,
  organizationId: string,
  catalogItemId: string,
  page: SearchPage,
  most = mostHits,
): Promise<Found[]> {
  const scored = sql`
    select analysis.image_id, max(found.confidence) as score
    from (
      select analysis_id, confidence from analysis_item
      where organization_id = ${organizationId} and catalog_item_id = ${catalogItemId}
      order by analysis_id desc limit ${most}) found
    join analysis on analysis.organization_id = ${organizationId} and analysis.id = found.analysis_id
    where analysis.image_id is not null
    group by analysis.image_id`;
  return selectRanked(db, organizationId, scored, page);
}

async function selectRanked(
  db: Kysely<DB>,
  organizationId: string,
  scored: RawBuilder<unknown>,
  page: SearchPage,
): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select id, score from (
      select image.id, ${roundedScore(sql`scored.score`)} as score
      from (${scored}) scored
      join image on image.organization_id = ${organizationId} and image.id = scored.image_id
      where image.in_library and image.indexing_status = 'INDEXED') ranked
    ${behind(page)} order by score desc, id desc limit ${page.limit}`.execute(db);
  return rows;
}

/** The same on every page, whatever the order of the sum. */
export function roundedScore(score: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`round((${score})::numeric, 6)::float8`;
}

/** The `where` of what has `score` and `id`. */
export function behind({ after }: SearchPage): RawBuilder<unknown> {
  return after ? sql`where (score, id) < (${after.score}::float8, ${after.id}::uuid)` : sql``;
}
