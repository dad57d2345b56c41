-- Text that is read from pictures.

alter table task add column read_text boolean not null default false;

-- Copied from the task when it is submitted, unless its options say otherwise.
alter table analysis add column read_text boolean not null default false;

-- TextLine[] of src/recognition/text/text-line.ts; null: not requested, not read, or deleted with the picture.
alter table analysis_result add column texts jsonb;

-- The same words as those of words_of, which it cannot call: a restore sets no search_path.
create function text_words(texts jsonb) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('pg_catalog.simple', translate(
    lower(upper(normalize((select string_agg(line ->> 'text', ' ') from jsonb_array_elements(texts) line), nfc))),
    '._-/\()[]{}+,;:@#=&''"', repeat(' ', 21)))
$$;
