import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { behind, type Found, mostHits, roundedScore, type SearchPage } from './search.repository.ts';
import { scoresOf } from './search-scores.repository.ts';

/** How much a search by words looks at. */
export interface SearchBounds {
  /** Places where a word is: the newest. */
  hits: number;
  /**
   * Images with the rarest word that are looked at: the newest. The next number of them is looked at if fewer than the first number have all
   * words, so that two words that are both common are found together as well.
   */
  images: readonly [number, ...number[]];
}

/** The scores of 337 images with ten analyses each take 30,000 pages. */
export const searchBounds: SearchBounds = { hits: mostHits, images: [500, 2_000, mostHits] };
/** Of items whose names have a word, the newest: each takes at least three pages. */
const mostItems = 2_000;

/**
 * Searchable images that have every word: in their file name or metadata, which counts 1, in the name of an item that was found on
 * them, or in a line of text that was read from them, which count as much as its confidence. The score is the mean over the words.
 * Only images with the word that has the fewest hits are looked at for the others, and no more than `bounds` allow: first those that
 * have all words in one place, then the newest. A word such as a brand can be on nearly all images.
 */
export async function searchByWords(
  db: Kysely<DB>,
  organizationId: string,
  words: readonly string[],
  page: SearchPage,
  bounds = searchBounds,
): Promise<Found[]> {
  const { rarest, isAll } = await findRarest(db, organizationId, words, bounds);
  const alternatives = isAll || words.length === 1 ? [[rarest]] : [words, [rarest]];
  const places = alternatives.map((all, preference) => {
    const query = sql`plainto_tsquery('pg_catalog.simple', folded(${all.join(' ')}))`;
    return sql`
      select image_id, analysis_id, kind, ${preference}::int as preference
      from (${placesOf(organizationId, query, isAll, bounds)}) place`;
  });
  const scored = (images: number) => sql`
    with word as (${queriesOf(words)}),
    place as materialized (${sql.join(places, sql` union all `)}),
    candidate as materialized (
      select image.id as image_id
      from (select image_id, min(preference) as preference from place group by image_id) one
      cross join lateral (
        select id from image
        where organization_id = ${organizationId} and id = one.image_id and in_library and indexing_status = 'INDEXED'
        offset 0) image
      order by one.preference, image.id desc limit ${images}),
    ${words.length === 1 ? whereFound : everywhere(organizationId)},
    ${scoresOf(organizationId)},
    ranked as materialized (
      select image_id as id, ${roundedScore(sql`sum(score) / ${words.length}::float8`)} as score from best
      group by image_id having count(*) = ${words.length})`;
  return rankEnough(db, scored, page, bounds);
}

/** How many are looked at depends on all that match, not on the page: otherwise an image could come up behind the cursor of an earlier page. */
async function rankEnough(
  db: Kysely<DB>,
  scored: (images: number) => RawBuilder<unknown>,
  page: SearchPage,
  { images: [enough, ...more] }: SearchBounds,
): Promise<Found[]> {
  let found: Found[] = [];
  for (const images of [enough, ...more]) {
    const { rows } = await sql<{ found: Found[]; looked: number; matched: number }>`
      ${scored(images)}
      select (select count(*)::int from candidate) as looked, (select count(*)::int from ranked) as matched,
        (select coalesce(json_agg(json_build_object('id', id, 'score', score) order by score desc, id desc), '[]') from (
          select id, score from ranked ${behind(page)} order by score desc, id desc limit ${page.limit}) page) as found`.execute(
      db,
    );
    const { looked, matched } = rows[0]!;
    found = rows[0]!.found;
    if (looked < images || matched >= enough) break;
  }
  return found;
}

/** @returns `isAll`: there are no more hits of the word than are looked at. */
async function findRarest(
  db: Kysely<DB>,
  organizationId: string,
  words: readonly string[],
  { hits }: SearchBounds,
): Promise<{ rarest: string; isAll: boolean }> {
  const { rows } = await sql<{ rarest: string; isAll: boolean }>`
    select word.word as rarest, hits < ${hits} as "isAll" from (${queriesOf(words)}) word cross join lateral (
      select count(*) as hits from (${countedPlaces(organizationId)} limit ${hits}) first_ones) counted
    order by hits, word.ordinal limit 1`.execute(db);
  return rows[0]!;
}

function queriesOf(words: readonly string[]): RawBuilder<unknown> {
  return sql`
    select word, ordinal, plainto_tsquery('pg_catalog.simple', folded(word)) as query
    from unnest(${[...words]}::text[]) with ordinality as given(word, ordinal)`;
}

/** Where `word` is, without anything about it. */
function countedPlaces(organizationId: string): RawBuilder<unknown> {
  return sql`
    select from image where organization_id = ${organizationId} and image_words(filename, metadata) @@ word.query
    union all
    select from catalog_item item
    cross join lateral (
      select from analysis_item where organization_id = ${organizationId} and catalog_item_id = item.id offset 0) found
    where item.organization_id = ${organizationId} and words_of(item.name) @@ word.query
    union all
    select from analysis_result
    where organization_id = ${organizationId} and texts is not null and text_words(texts) @@ word.query`;
}

/**
 * The newest images that have all words of the query in one place, and the analyses that found them there. The newest analyses of a common
 * item are read in the order of an index; of many items, fewer of each.
 */
function placesOf(
  organizationId: string,
  query: RawBuilder<unknown>,
  isAll: boolean,
  { hits }: SearchBounds,
): RawBuilder<unknown> {
  const ofEach = isAll
    ? sql`${hits}::int`
    : sql`(select greatest(10, least(${hits}::int, 4 * ${hits}::int / count(*))) from item)`;
  const withImages = (kind: 'ITEM' | 'TEXT', analyses: RawBuilder<unknown>) => sql`
    select analysis.image_id, newest.analysis_id, ${kind}::text as kind from (${analyses} order by analysis_id desc limit ${hits}) newest
    cross join lateral (
      select image_id from analysis where organization_id = ${organizationId} and id = newest.analysis_id offset 0) analysis
    where analysis.image_id is not null`;
  return sql`
    (select id as image_id, null::uuid as analysis_id, 'IMAGE' as kind from (
      select id from image
      where organization_id = ${organizationId} and image_words(filename, metadata) @@ ${query}
        and in_library and indexing_status = 'INDEXED'
      offset 0) image
    order by id desc limit ${hits})
    union all
    (with item as materialized (
      select id from catalog_item where organization_id = ${organizationId} and words_of(name) @@ ${query}
      order by id desc limit ${mostItems})
    ${withImages(
      'ITEM',
      sql`
      select distinct found.analysis_id from item cross join lateral (
        select analysis_id from analysis_item where organization_id = ${organizationId} and catalog_item_id = item.id
        order by analysis_id desc limit ${ofEach}) found`,
    )})
    union all
    (${withImages(
      'TEXT',
      sql`
      select analysis_id from analysis_result
      where organization_id = ${organizationId} and texts is not null and text_words(texts) @@ ${query}`,
    )})`;
}

/** Where to look for a single word: its places are known. */
const whereFound = sql`
  kept as materialized (select distinct image_id, analysis_id, kind from place join candidate using (image_id)),
  titled as (select image_id from kept where kind = 'IMAGE'),
  seen as (select image_id, analysis_id from kept where kind = 'ITEM'),
  read as (select image_id, analysis_id from kept where kind = 'TEXT')`;

/** Where to look for several words. */
function everywhere(organizationId: string): RawBuilder<unknown> {
  return sql`
    titled as (select image_id from candidate),
    seen as materialized (
      select candidate.image_id, analysis.id as analysis_id from candidate cross join lateral (
        select id from analysis where organization_id = ${organizationId} and image_id = candidate.image_id offset 0) analysis),
    read as (select image_id, analysis_id from seen)`;
}
