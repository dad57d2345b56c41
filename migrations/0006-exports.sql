-- Files of results that clients ask for, and analyses that were run again.

create table export (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  status text not null default 'RUNNING' check (status in ('RUNNING', 'SUCCEEDED', 'FAILED', 'EXPIRED')),
  format text not null check (format in ('COCO', 'CSV', 'JSONL')),
  -- An AnalysisFilter with UUIDs, as src/exports/export-filter.ts writes and reads it.
  filter jsonb not null,
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  byte_size bigint,
  row_count bigint,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- When its file is removed: fixed when it SUCCEEDED.
  expires_at timestamptz,
  unique (organization_id, id),
  check ((status = 'RUNNING') = (finished_at is null)),
  check ((status = 'FAILED') = (failure_code is not null)),
  check ((status in ('SUCCEEDED', 'EXPIRED')) = (expires_at is not null and byte_size is not null and row_count is not null))
);
create index export_expires_at on export (expires_at) where status = 'SUCCEEDED';
create index export_running on export (organization_id) where status = 'RUNNING';

-- No foreign key: it stays when that one is removed, and then leads nowhere.
alter table analysis add column rerun_of uuid;

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in ('ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT'));
