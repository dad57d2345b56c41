import { type RawBuilder, sql } from 'kysely';

/**
 * For the `with` of a query that has `word` (query, ordinal) and where to look for the words: `titled` (image_id) in file names and metadata,
 * `seen` (image_id, analysis_id) in the names of items, `read` (image_id, analysis_id) in text. `best` is the highest score of each word
 * on each image. Rows are read one by one (`offset 0`), and words are compared where they were read: the server takes every word for a
 * rare one, and would compare each item that has it with each that was found.
 */
export function scoresOf(organizationId: string): RawBuilder<unknown> {
  return sql`
    found as materialized (
      select seen.image_id, item.catalog_item_id, max(item.confidence) as score from seen cross join lateral (
        select catalog_item_id, confidence from analysis_item where analysis_id = seen.analysis_id offset 0) item
      group by seen.image_id, item.catalog_item_id),
    named as materialized (
      select catalog_item_id, ordinal
      from (select distinct catalog_item_id from found) one cross join lateral (
        select words_of(name) as words from catalog_item
        where organization_id = ${organizationId} and id = one.catalog_item_id offset 0) item
      cross join unnest(${ordinalsOf(sql`item.words`)}) ordinal),
    best as (
      select image_id, ordinal, max(score) as score from (
        select titled.image_id, ordinal, 1::float8 as score from titled cross join lateral (
          select image_words(filename, metadata) as words from image
          where organization_id = ${organizationId} and id = titled.image_id offset 0) image
        cross join unnest(${ordinalsOf(sql`image.words`)}) ordinal
        union all
        select found.image_id, named.ordinal, found.score from found join named using (catalog_item_id)
        union all
        select read.image_id, word.ordinal, line.confidence from read cross join lateral (
          select texts, text_words(texts) as words from analysis_result
          where analysis_id = read.analysis_id and texts is not null offset 0) result
        join word on result.words @@ word.query
        cross join lateral (
          select max((line ->> 'confidence')::float8) as confidence from jsonb_array_elements(result.texts) line
          where words_of(line ->> 'text') @@ word.query) line
        where line.confidence is not null) hit
      group by image_id, ordinal)`;
}

/** Which of the words are among these. */
function ordinalsOf(words: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`array(select word.ordinal from word where ${words} @@ word.query)`;
}
