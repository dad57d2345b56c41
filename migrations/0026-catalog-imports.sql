-- Catalogues that are imported from a CSV file with pictures, row by row in a job.

create table catalog_import (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  status text not null default 'RUNNING' check (status in ('RUNNING', 'SUCCEEDED', 'FAILED')),
  -- true: says what would become of each row, and changes nothing.
  dry_run boolean not null,
  row_count integer not null,
  -- Rows that are done, by their outcome.
  created_count integer not null default 0,
  updated_count integer not null default 0,
  unchanged_count integer not null default 0,
  failed_count integer not null default 0,
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (organization_id, id),
  check ((status = 'RUNNING') = (finished_at is null)),
  check ((status = 'FAILED') = (failure_code is not null))
);
create index catalog_import_running on catalog_import (organization_id) where status = 'RUNNING';
-- For the cleaning, which removes those of long ago.
create index catalog_import_finished_at on catalog_import (finished_at) where status <> 'RUNNING';

create table catalog_import_row (
  organization_id uuid not null,
  import_id uuid not null,
  -- As a spreadsheet counts them: the header is 1.
  row_number integer not null,
  custom_id text,
  -- ItemFields of src/catalog/item-fields.ts.
  fields jsonb not null,
  -- ImportedPicture[] of src/catalog/imports/row.ts: the thumbnail, or null, then reference images.
  pictures jsonb not null,
  -- null: not done yet.
  outcome text check (outcome in ('CREATED', 'UPDATED', 'UNCHANGED', 'FAILED')),
  -- Why it is FAILED.
  message text,
  catalog_item_id uuid,
  primary key (import_id, row_number),
  foreign key (organization_id, import_id) references catalog_import (organization_id, id) on delete cascade,
  check ((outcome = 'FAILED') = (message is not null))
);
-- For lists of the rows with problems.
create index catalog_import_row_outcome on catalog_import_row (import_id, outcome, row_number);

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in ('ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT', 'CATALOG_IMPORT')) not valid;
