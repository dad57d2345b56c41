-- Videos, and what analyses of them found.

-- Only a worker can read the size of a video, so it is stored with the video (video.width, video.height).
alter table blob
  alter column width drop not null,
  alter column height drop not null,
  add constraint blob_picture_size check (mime_type like 'video/%' or (width is not null and height is not null)) not valid;

create table video (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  -- PROBING: the bytes are stored, and a worker reads their header.
  status text not null check (status in ('AWAITING_UPLOAD', 'FETCHING', 'PROBING', 'READY', 'FAILED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  sha256 bytea,
  -- Where a worker fetches it from, or did.
  source_url text,
  filename text,
  external_id text,
  place_id text,
  metadata jsonb not null default '{}',
  recorded_at timestamptz,
  -- From the header; null until it was read, or where it does not say.
  container text,
  codec text,
  -- Pixels, as shown: after the rotation.
  width integer,
  height integer,
  -- Degrees clockwise.
  rotation integer,
  -- Frames a second, the mean.
  frame_rate double precision,
  header_seconds double precision,
  -- From decoding it to its end; null until an analysis has.
  decoded_seconds double precision,
  truncated boolean,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, sha256) references blob (organization_id, sha256) on delete restrict,
  check ((status = 'FAILED') = (failure_code is not null)),
  check (status <> 'READY' or sha256 is not null)
);
create index video_sha256 on video (organization_id, sha256) where sha256 is not null;
create index video_external_id on video (organization_id, external_id) where external_id is not null;
create index video_place_id on video (organization_id, place_id) where place_id is not null;
create index video_probing on video (id) where status = 'PROBING';

alter table upload
  -- What it is used as, if its bytes are a video.
  add column video_id uuid,
  add constraint upload_organization_id_video_id_fkey
    foreign key (organization_id, video_id) references video (organization_id, id) on delete cascade not valid,
  add constraint upload_check2 check (image_id is null or video_id is null) not valid,
  add constraint upload_check3 check (blob_sha256 is null or video_id is null) not valid;
-- The online part builds it again, for videos as well.
drop index upload_due;

create table video_analysis (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  task_id uuid not null,
  -- null: the video was deleted.
  video_id uuid,
  status text not null
    check (status in ('AWAITING_UPLOAD', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  -- As in analysis.
  priority integer not null,
  pipeline text not null,
  accept_groups text[],
  options jsonb not null default '{}',
  external_id text,
  place_id text,
  latitude double precision,
  longitude double precision,
  metadata jsonb not null default '{}',
  actor text,
  rerun_of uuid,
  -- Which frames are analysed.
  frames_per_second double precision not null check (frames_per_second > 0),
  key_frames_only boolean not null,
  max_frames integer check (max_frames > 0),
  -- null: no limit.
  max_processing_seconds integer,
  -- What was taken when it was submitted; 0: the plan is not metered.
  charged_credits integer not null default 0,
  -- The worker that runs it. A worker that is declared dead is deleted, and then what runs without a lease is queued again.
  lease_worker_id uuid references worker_process (id) on delete set null,
  attempt integer not null default 0,
  inactive_item_count integer not null default 0,
  -- Its seconds before this one are stored.
  next_second integer not null default 0,
  sampled_frames integer not null default 0,
  -- Milliseconds of all its runs: what max_processing_seconds limits, and its stages.
  processing_ms double precision not null default 0,
  timings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete restrict,
  foreign key (organization_id, video_id) references video (organization_id, id) on delete restrict,
  check ((status = 'FAILED') = (failure_code is not null)),
  check ((finished_at is not null) = (status in ('SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED')))
);
create index video_analysis_claimable on video_analysis (priority, id) where status = 'QUEUED' and lease_worker_id is null;
create index video_analysis_lease on video_analysis (lease_worker_id) where lease_worker_id is not null;
create index video_analysis_running on video_analysis (id) where status = 'RUNNING';
create index video_analysis_task on video_analysis (organization_id, task_id, id);
create index video_analysis_video on video_analysis (organization_id, video_id, id);

-- What was found in one second of a video: from `second` up to the next one.
create table video_second (
  organization_id uuid not null,
  video_analysis_id uuid not null,
  second integer not null check (second >= 0),
  -- Each with its time, detections with their tracks, and labels.
  frames jsonb not null,
  -- Frames of this second.
  frame_count integer not null,
  -- Elapsed while it was analysed.
  processing_ms double precision not null,
  stored_at timestamptz not null default now(),
  primary key (video_analysis_id, second),
  foreign key (organization_id, video_analysis_id) references video_analysis (organization_id, id) on delete cascade
);

-- How long a second of video takes at present.
create index video_second_stored_at on video_second (stored_at);

-- One thing that was seen in several frames.
create table video_track (
  organization_id uuid not null,
  video_analysis_id uuid not null,
  -- Counts from 1 in the order in which they were first seen.
  track integer not null check (track >= 1),
  -- No foreign key: results outlive catalogue items.
  catalog_item_id uuid,
  label text,
  confidence double precision not null,
  first_seconds double precision not null,
  last_seconds double precision not null,
  sightings integer not null check (sightings >= 1),
  -- The sighting that shows it best: its time and box.
  best jsonb not null,
  -- Its boxes by time.
  path jsonb not null,
  is_ended boolean not null,
  primary key (video_analysis_id, track),
  foreign key (organization_id, video_analysis_id) references video_analysis (organization_id, id) on delete cascade
);

-- REDUCTION: what was charged for a video that turned out to be shorter.
alter table credit_entry drop constraint credit_entry_reason_check, drop constraint credit_entry_check;
alter table credit_entry
  add constraint credit_entry_reason_check check (reason in ('GRANT', 'ANALYSIS', 'REDUCTION', 'REFUND')) not valid,
  add constraint credit_entry_check
    check (case reason when 'ANALYSIS' then amount < 0 when 'REDUCTION' then amount > 0 when 'REFUND' then amount > 0 else amount <> 0 end) not valid;

-- null: as the server allows.
alter table plan
  add column max_video_bytes bigint check (max_video_bytes > 0),
  add column max_video_seconds integer check (max_video_seconds > 0);

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in (
    'ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT', 'CATALOG_IMPORT', 'SHELF_ALERT', 'CORRECTION', 'VIDEO_ANALYSIS')) not valid;
