-- Tenants, catalogue, tasks, images, analyses, the event log and what the processes share.
-- Every tenant table carries organization_id and every foreign key between tenant tables includes it, so a row of one
-- tenant cannot point at another's, whatever a query forgets.
-- Ids are UUIDv7 made by the application (uuidv7() exists only from PostgreSQL 18 on); clients see them as TypeIDs.

create table plan (
  name text primary key,
  max_batch_size integer not null check (max_batch_size > 0),
  request_cost_per_minute integer not null check (request_cost_per_minute > 0),
  max_storage_bytes bigint
);

insert into plan (name, max_batch_size, request_cost_per_minute, max_storage_bytes) values
  ('FREE', 20, 3000, 1073741824),
  ('STARTER', 20, 6000, 10737418240),
  ('GROWTH', 50, 30000, 107374182400),
  ('PRO', 100, 60000, 1099511627776),
  ('SCALE', 200, 300000, null),
  ('UNLIMITED', 200, 1000000000, null);

create table organization (
  id uuid primary key,
  name text not null,
  plan text not null references plan (name) on delete restrict,
  -- Counts changes to what analyses are matched against, so that a worker knows when its copy is stale.
  catalog_revision bigint not null default 0,
  created_at timestamptz not null default now()
);

create table api_key (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  name text not null,
  -- First characters of the secret, to recognise it; the secret itself is never stored.
  prefix text not null,
  -- SHA-256 is enough: the secret is 256 random bits, so there is nothing to guess.
  secret_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['READ', 'WRITE', 'ADMIN'] and cardinality(scopes) > 0),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_key_organization on api_key (organization_id, id);

-- Keys that sign URLs and cursors, shared by all processes. Made here so that no process has to race for them;
-- gen_random_uuid() is the strong random source that every PostgreSQL has without an extension (2 x 122 bits).
create table secret (
  name text primary key,
  value bytea not null,
  created_at timestamptz not null default now()
);
insert into secret (name, value)
select name, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
from unnest(array['url', 'cursor']) as name;

create table blob (
  organization_id uuid not null references organization (id) on delete cascade,
  sha256 bytea not null check (length(sha256) = 32),
  byte_size bigint not null,
  mime_type text not null,
  -- Pixels after EXIF orientation.
  width integer not null,
  height integer not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, sha256)
);

create table image (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  status text not null check (status in ('AWAITING_UPLOAD', 'FETCHING', 'READY', 'FAILED')),
  indexing_status text not null default 'NOT_INDEXED'
    check (indexing_status in ('NOT_INDEXED', 'INDEXING', 'INDEXED', 'FAILED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  sha256 bytea,
  filename text,
  external_id text,
  place_id text,
  metadata jsonb not null default '{}',
  recorded_at timestamptz,
  -- false: a catalogue picture that was never uploaded as an image of its own; it stays out of the image list.
  in_library boolean not null default true,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, sha256) references blob (organization_id, sha256) on delete restrict,
  check ((status = 'READY') = (sha256 is not null)),
  check ((status = 'FAILED') = (failure_code is not null))
);
create index image_sha256 on image (organization_id, sha256) where sha256 is not null;
create index image_recorded_at on image (organization_id, recorded_at) where recorded_at is not null;
create index image_external_id on image (organization_id, external_id) where external_id is not null;
create index image_place_id on image (organization_id, place_id) where place_id is not null;
create index image_metadata on image using gin (metadata jsonb_path_ops);

create table catalog_item (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  status text not null check (status in ('INDEXING', 'ACTIVE', 'FAILED', 'ARCHIVED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  name text not null check (length(name) between 1 and 255),
  barcode text,
  custom_id text,
  brand text,
  size text,
  container_type text,
  flavour text,
  packaging_size text,
  -- Metres.
  height double precision,
  width double precision,
  depth double precision,
  tags text[] not null default '{}',
  custom_props jsonb not null default '{}',
  -- Counts changes of its pictures: an indexing job that ends late must not overwrite the outcome of a newer one.
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id)
);
create unique index catalog_item_custom_id on catalog_item (organization_id, custom_id)
  where custom_id is not null and status <> 'ARCHIVED';
create index catalog_item_barcode on catalog_item (organization_id, barcode) where barcode is not null;
create index catalog_item_tags on catalog_item using gin (tags);
create index catalog_item_status on catalog_item (organization_id, status);

create table catalog_image (
  catalog_item_id uuid not null,
  image_id uuid not null,
  organization_id uuid not null,
  -- 0 is the thumbnail.
  position integer not null check (position >= 0),
  primary key (catalog_item_id, image_id),
  unique (organization_id, catalog_item_id, image_id),
  unique (catalog_item_id, position) deferrable initially deferred,
  foreign key (organization_id, catalog_item_id) references catalog_item (organization_id, id) on delete cascade,
  foreign key (organization_id, image_id) references image (organization_id, id) on delete restrict
);
create index catalog_image_image on catalog_image (organization_id, image_id);

-- What an embedder saw in a catalogue picture: one row a model version, so that two versions work side by side.
create table catalog_embedding (
  organization_id uuid not null,
  catalog_item_id uuid not null,
  image_id uuid not null,
  -- name@version
  model text not null,
  -- float32, little endian, L2-normalised
  embedding bytea not null,
  created_at timestamptz not null default now(),
  primary key (catalog_item_id, image_id, model),
  foreign key (organization_id, catalog_item_id, image_id)
    references catalog_image (organization_id, catalog_item_id, image_id) on delete cascade
);

create table task (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  description text not null default '',
  type text not null check (type in ('DETECTION', 'CLASSIFICATION', 'FILTER')),
  compute_realogram boolean not null default false,
  compute_shares boolean not null default false,
  -- null: the pipeline's
  threshold double precision check (threshold between 0 and 1),
  top_candidates integer not null default 1 check (top_candidates between 0 and 20),
  -- name, or name@version to stay on one version
  pipeline text not null,
  all_catalog_items boolean not null,
  -- Counts changes of its item list.
  revision integer not null default 1,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id)
);

create table task_catalog_item (
  task_id uuid not null,
  catalog_item_id uuid not null,
  organization_id uuid not null,
  primary key (task_id, catalog_item_id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete cascade,
  foreign key (organization_id, catalog_item_id) references catalog_item (organization_id, id) on delete cascade
);
create index task_catalog_item_item on task_catalog_item (organization_id, catalog_item_id);

create table worker_process (
  id uuid primary key,
  -- What graphile-worker writes into locked_by of its jobs.
  pool_ids text[] not null,
  -- The DATA_DIR it holds the lock of: whoever holds that lock next knows that this process is dead.
  data_dir_id uuid,
  host text not null,
  pid integer not null,
  version text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  -- State, threads and speed of its engines, for Query.system.
  engines jsonb not null default '[]'
);

create table batch (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  -- null when its images went to several tasks
  task_id uuid,
  priority smallint not null,
  total integer not null check (total >= 0),
  completed integer not null default 0,
  failed integer not null default 0,
  canceled integer not null default 0,
  expired integer not null default 0,
  -- Events of this batch have this transaction id or a later one, so (created_xid, 0) is a cursor before the first.
  created_xid xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete restrict,
  check (completed + failed + canceled + expired <= total)
);
create index batch_task on batch (organization_id, task_id, id);

create table analysis (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  task_id uuid not null,
  -- null when the picture was deleted
  image_id uuid,
  batch_id uuid,
  status text not null
    check (status in ('AWAITING_UPLOAD', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  -- Smaller runs first: INTERACTIVE -10, NORMAL 0, BULK 10.
  priority smallint not null,
  -- name@version, fixed when it was submitted
  pipeline text not null,
  options jsonb not null default '{}',
  max_processing_seconds integer check (max_processing_seconds > 0),
  external_id text,
  place_id text,
  metadata jsonb not null default '{}',
  attempt integer not null default 0,
  -- The process that holds it; null: free to claim while QUEUED.
  lease_worker_id uuid references worker_process (id) on delete set null,
  detection_count integer not null default 0,
  confidence double precision,
  -- Items of its task that were not ACTIVE when it started, so not looked for.
  inactive_item_count integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete restrict,
  foreign key (organization_id, image_id) references image (organization_id, id) on delete restrict,
  foreign key (organization_id, batch_id) references batch (organization_id, id) on delete restrict,
  check ((status = 'FAILED') = (failure_code is not null)),
  check ((status in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')) = (finished_at is not null))
);
-- What a worker claims from, in the order of the claim query.
create index analysis_claimable on analysis (priority, organization_id, id)
  where status = 'QUEUED' and lease_worker_id is null;
create index analysis_leased on analysis (lease_worker_id) where lease_worker_id is not null;
create index analysis_organization on analysis (organization_id, id);
create index analysis_task on analysis (organization_id, task_id, id);
create index analysis_status on analysis (organization_id, status, id);
create index analysis_image on analysis (organization_id, image_id, id) where image_id is not null;
create index analysis_created_at on analysis (organization_id, created_at);
create index analysis_external_id on analysis (organization_id, external_id) where external_id is not null;
create index analysis_place_id on analysis (organization_id, place_id) where place_id is not null;
create index analysis_metadata on analysis using gin (metadata jsonb_path_ops);

-- What was found, apart from the analysis so that lists and status changes never touch it.
create table analysis_result (
  analysis_id uuid primary key,
  organization_id uuid not null,
  -- Pixels of the picture after EXIF orientation; they stay when the picture is deleted.
  width integer not null,
  height integer not null,
  detections jsonb not null,
  timings jsonb not null,
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade
);

-- Per analysis and item, for filters and shares without opening results.
create table analysis_item (
  analysis_id uuid not null,
  -- No foreign key: results outlive catalogue items.
  catalog_item_id uuid not null,
  organization_id uuid not null,
  facings integer not null,
  -- Pixels of the oriented picture: sums over its facings.
  area double precision not null,
  width double precision not null,
  primary key (analysis_id, catalog_item_id),
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade
);
create index analysis_item_item on analysis_item (organization_id, catalog_item_id, analysis_id);

create table batch_analysis (
  batch_id uuid not null,
  position integer not null,
  analysis_id uuid not null,
  organization_id uuid not null,
  primary key (batch_id, position),
  foreign key (organization_id, batch_id) references batch (organization_id, id) on delete cascade,
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade
);
create index batch_analysis_analysis on batch_analysis (analysis_id, batch_id);

-- The log that subscriptions read, in the order (xid, id), below pg_snapshot_xmin. An id alone is no order: the slower of
-- two transactions commits a smaller id after a reader has passed it.
create table event (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  organization_id uuid not null,
  kind text not null check (kind in ('ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM')),
  entity_id uuid not null,
  -- Of an analysis, so that filters need no look-up.
  task_id uuid,
  batch_ids uuid[] not null default '{}',
  -- status and what else the event says by itself
  state jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (xid, id, created_at)
) partition by range (created_at);
create index event_position on event (xid, id);
create index event_organization on event (organization_id, kind, xid, id);

-- One row: which incarnation of the log this is, and up to where it has been pruned.
create table event_log (
  singleton boolean primary key default true check (singleton),
  -- A database restored into another cluster starts a new epoch: its transaction ids mean something else.
  epoch integer not null default 1,
  pruned_xid xid8 not null default '0',
  pruned_id bigint not null default 0
);
insert into event_log default values;

-- Partitions a day (UTC) for today and the days ahead. Called on boot and by workers every hour: a week ahead, so that
-- nothing short of a week without any process leaves the log without a place to write.
create function ensure_event_partitions(days_ahead integer) returns void
language plpgsql as $$
declare
  day date := (now() at time zone 'utc')::date;
begin
  perform pg_advisory_xact_lock(hashtext('sightline:event-partitions'));
  for offset_days in 0..days_ahead loop
    if to_regclass(format('event_%s', to_char(day + offset_days, 'YYYYMMDD'))) is null then
      execute format(
        'create table event_%s partition of event for values from (%L) to (%L)',
        to_char(day + offset_days, 'YYYYMMDD'),
        to_char(day + offset_days, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(day + offset_days + 1, 'YYYY-MM-DD') || ' 00:00:00+00'
      );
    end if;
  end loop;
end
$$;
select ensure_event_partitions(7);
