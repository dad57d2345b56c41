-- Text as it is compared: composed (NFC), so that the Café in a file name of a Mac is the Café that somebody types, and without
-- case. Upper case comes first: it makes one letter of those that have two small forms, such as the Greek sigma.
-- Each function stands for itself: a restore sets no search_path, and one that calls another would not find it.
create function folded(text text) returns text
language sql immutable parallel safe as $$
  select lower(upper(normalize(text, nfc)))
$$;

create function folded_all(texts text[]) returns text[]
language sql immutable parallel safe as $$
  select coalesce(array_agg(lower(upper(normalize(text, nfc)))), '{}') from unnest(texts) text
$$;

-- Before the functions change, because what is in them would no longer be found. The online part builds them again.
drop index image_words, catalog_item_words, catalog_item_tags;

create or replace function words_of(text text) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('pg_catalog.simple', translate(
    lower(upper(normalize(text, nfc))), '._-/\()[]{}+,;:@#=&''"', repeat(' ', 21)))
$$;

create or replace function image_words(filename text, metadata jsonb) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('pg_catalog.simple', translate(
    lower(upper(normalize(
      concat_ws(' ', filename, (select string_agg(pair.value, ' ') from jsonb_each_text(metadata) pair)), nfc))),
    '._-/\()[]{}+,;:@#=&''"', repeat(' ', 21)))
$$;
