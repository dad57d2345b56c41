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

/** Searchable images on which an item was found, by its highest confidence. */
export function searchByItem(
  db: Kysely<DB>,
  organizationId: string,
  catalogItemId: string,
  page: SearchPage,
): Promise<Found[]> {
  const scored = sql`
    select analysis.image_id, max(found.confidence) as score
    from analysis_item found
    join analysis on analysis.organization_id = found.organization_id and analysis.id = found.analysis_id
    where found.organization_id = ${organizationId} and found.catalog_item_id = ${catalogItemId}
      and analysis.image_id is not null
    group by analysis.image_id`;
  return selectRanked(db, organizationId, scored, page);
}

/**
 * Searchable images that have every word: in their file name or metadata, which counts 1, in the name of an item that was found on
 * them, or in a line of text that was read from them, which count as much as its confidence. The score is the mean over the words.
 * Only images with the word that has the fewest hits are looked at for the others: a word such as a brand can be on nearly all.
 */
export async function searchByWords(
  db: Kysely<DB>,
  organizationId: string,
  words: readonly string[],
  page: SearchPage,
): Promise<Found[]> {
  const rarest = words.length === 1 ? words[0]! : await findRarest(db, organizationId, words);
  const others = words.filter((word) => word !== rarest);
  const query = sql`plainto_tsquery('pg_catalog.simple', folded(${rarest}))`;
  const lead = sql`select image_id, max(score) as score from (${hitsOf(organizationId, query)}) hit group by image_id`;
  if (others.length === 0) return selectRanked(db, organizationId, lead, page);
  const scored = sql`
    with word as (${queriesOf(others)}),
    lead as materialized (${lead}),
    best as (
      select image_id, ordinal, max(score) as score from (${hitsAmong(organizationId)}) hit group by image_id, ordinal)
    select image_id, (lead.score + sum(best.score)) / ${words.length}::float8 as score from lead join best using (image_id)
    group by image_id, lead.score having count(*) = ${others.length}`;
  return selectRanked(db, organizationId, scored, page);
}

/** Counting more would take as long as searching. */
const mostCounted = 5_000;

async function findRarest(db: Kysely<DB>, organizationId: string, words: readonly string[]): Promise<string> {
  const { rows } = await sql<{ word: string }>`
    select word.word from (${queriesOf(words)}) word cross join lateral (
      select count(*) as hits from (${hitsOf(organizationId, sql`word.query`)} limit ${mostCounted}) first_ones) counted
    order by hits, word.ordinal limit 1`.execute(db);
  return rows[0]!.word;
}

function queriesOf(words: readonly string[]): RawBuilder<unknown> {
  return sql`
    select word, ordinal, plainto_tsquery('pg_catalog.simple', folded(word)) as query
    from unnest(${[...words]}::text[]) with ordinality as given(word, ordinal)`;
}

/** Where a word is, of all images. */
function hitsOf(organizationId: string, query: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select image.id as image_id, 1::float8 as score from image
    where image.organization_id = ${organizationId} and image_words(image.filename, image.metadata) @@ ${query}
    union all
    select analysis.image_id, found.confidence
    from catalog_item item
    join analysis_item found on found.organization_id = item.organization_id and found.catalog_item_id = item.id
    join analysis on analysis.organization_id = found.organization_id and analysis.id = found.analysis_id
    where item.organization_id = ${organizationId} and words_of(item.name) @@ ${query} and analysis.image_id is not null
    union all
    select analysis.image_id, read.confidence
    from analysis_result result
    join analysis on analysis.organization_id = result.organization_id and analysis.id = result.analysis_id
    cross join lateral (${certaintyOf(query)}) read
    where result.organization_id = ${organizationId} and result.texts is not null and text_words(result.texts) @@ ${query}
      and analysis.image_id is not null and read.confidence is not null`;
}

/**
 * Where the words of `word` are, of the images of `lead`. Each is read by itself (`offset 0`): the server takes every word for a rare
 * one, and would read all that have it.
 */
function hitsAmong(organizationId: string): RawBuilder<unknown> {
  const analyses = sql`lead cross join lateral (
      select id from analysis where organization_id = ${organizationId} and image_id = lead.image_id offset 0) analysis`;
  return sql`
    select lead.image_id, word.ordinal, 1::float8 as score
    from lead cross join lateral (
      select filename, metadata from image where organization_id = ${organizationId} and id = lead.image_id offset 0) image
    join word on image_words(image.filename, image.metadata) @@ word.query
    union all
    select lead.image_id, word.ordinal, found.confidence
    from ${analyses} cross join lateral (
      select item.name, f.confidence from analysis_item f
      join catalog_item item on item.organization_id = f.organization_id and item.id = f.catalog_item_id
      where f.organization_id = ${organizationId} and f.analysis_id = analysis.id offset 0) found
    join word on words_of(found.name) @@ word.query
    union all
    select lead.image_id, word.ordinal, read.confidence
    from ${analyses} cross join lateral (
      select texts from analysis_result
      where organization_id = ${organizationId} and analysis_id = analysis.id and texts is not null offset 0) result
    join word on text_words(result.texts) @@ word.query
    cross join lateral (${certaintyOf(sql`word.query`)}) read
    where read.confidence is not null`;
}

/** Of the most certain line of `result` that has the word. */
function certaintyOf(query: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select max((line ->> 'confidence')::float8) as confidence from jsonb_array_elements(result.texts) line
    where words_of(line ->> 'text') @@ ${query}`;
}

/** Rounded, so that a score is the same on every page, whatever the order of the sum. */
async function selectRanked(
  db: Kysely<DB>,
  organizationId: string,
  scored: RawBuilder<unknown>,
  { after, limit }: SearchPage,
): Promise<Found[]> {
  const behind = after ? sql`where (ranked.score, ranked.id) < (${after.score}::float8, ${after.id}::uuid)` : sql``;
  const { rows } = await sql<Found>`
    select ranked.id, ranked.score from (
      select image.id, round(scored.score::numeric, 6)::float8 as score
      from (${scored}) scored
      join image on image.organization_id = ${organizationId} and image.id = scored.image_id
      where image.in_library and image.indexing_status = 'INDEXED') ranked
    ${behind} order by ranked.score desc, ranked.id desc limit ${limit}`.execute(db);
  return rows;
}
