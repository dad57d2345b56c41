-- Images found again, by what an embedder sees in them and by words; and how long things are kept.

-- What an embedder saw in a whole picture: one row a model version, so that two versions work side by side. It belongs to
-- the bytes, not to an image: images of the same bytes share it, a picture can be searched by before it is an image, and
-- it goes with the bytes.
create table blob_embedding (
  organization_id uuid not null,
  sha256 bytea not null,
  -- name@version
  model text not null,
  -- float32, little endian, L2-normalised; null: the bytes cannot be decoded, and the failure says why.
  embedding bytea,
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  -- Processes that hold a copy ask for what transactions from their horizon on have written; ids in the order of commits
  -- do not exist (see event).
  xid xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now(),
  primary key (organization_id, sha256, model),
  foreign key (organization_id, sha256) references blob (organization_id, sha256) on delete cascade,
  check ((embedding is null) = (failure_code is not null))
);
create index blob_embedding_since on blob_embedding (organization_id, model, xid, sha256);

-- A picture whose bytes are here can fail to be indexed; it says why as well.
alter table image
  drop constraint image_check1,
  add constraint image_failure check (
    case when status = 'FAILED' then failure_code is not null
    else (indexing_status = 'FAILED') = (failure_code is not null) end);

-- Words as they are compared: lower case, without endings cut off ('simple'), so that it makes no odds which language they
-- are of. Punctuation divides them: the parser would take shelf-1.jpg for the name of a host.
create function words_of(text text) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('pg_catalog.simple', translate(text, '._-/\()[]{}+,;:@#=&''"', repeat(' ', 21)))
$$;

create function image_words(filename text, metadata jsonb) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('pg_catalog.simple', translate(
    concat_ws(' ', filename, (select string_agg(pair.value, ' ') from jsonb_each_text(metadata) pair)),
    '._-/\()[]{}+,;:@#=&''"', repeat(' ', 21)))
$$;

-- Names of found items are not among an image's words: they are joined when somebody searches, so that a new name holds at
-- once and writing a result costs nothing more.
create index image_words on image using gin (image_words(filename, metadata));
create index catalog_item_words on catalog_item using gin (words_of(name));
create index image_created_at on image (organization_id, created_at);

-- The highest confidence of its detections, 0..1.
alter table analysis_item add column confidence double precision not null default 0;

update analysis_item i set confidence = found.confidence
from (
  select analysis_id, (d ->> 'itemId')::uuid as item_id, max((d ->> 'confidence')::float8) as confidence
  from analysis_result, jsonb_array_elements(detections) d
  where d ->> 'itemId' is not null group by 1, 2
) found where found.analysis_id = i.analysis_id and found.item_id = i.catalog_item_id;

-- Days; null: until somebody deletes it. Catalogue pictures are not images of the library and stay.
alter table organization
  add column image_days integer check (image_days between 1 and 36500),
  add column analysis_days integer check (analysis_days between 1 and 36500),
  add column export_days integer not null default 7 check (export_days between 1 and 36500);

-- What retention removes next; analyses that have not ended stay until they have.
create index analysis_ended on analysis (organization_id, created_at) where finished_at is not null;
