-- Pictures whose bytes are on their way: sent to a temporary place, or fetched from a URL.

create table upload (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  status text not null default 'AWAITING_UPLOAD' check (status in ('AWAITING_UPLOAD', 'RECEIVED', 'FAILED', 'EXPIRED')),
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  -- What the client says of the file; null: it did not say.
  filename text not null,
  mime_type text not null,
  byte_size bigint check (byte_size > 0),
  sha256 bytea check (length(sha256) = 32),
  -- What it is used as, from the first use on.
  image_id uuid,
  -- The bytes, from when they have arrived until an image has them.
  blob_sha256 bytea,
  -- EXIF of the bytes, kept for the image.
  recorded_at timestamptz,
  -- AWAITING_UPLOAD: until when bytes are taken. RECEIVED: until when what nobody uses is kept.
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  -- Whoever deletes the image does not want its bytes any more.
  foreign key (organization_id, image_id) references image (organization_id, id) on delete cascade,
  foreign key (organization_id, blob_sha256) references blob (organization_id, sha256) on delete restrict,
  check (blob_sha256 is null or (status = 'RECEIVED' and image_id is null)),
  check ((status = 'FAILED') = (failure_code is not null))
);
create unique index upload_image on upload (organization_id, image_id) where image_id is not null;
create index upload_blob on upload (organization_id, blob_sha256) where blob_sha256 is not null;
create index upload_expires_at on upload (expires_at);
-- What ends when its time is over, as opposed to what is only forgotten some days later.
create index upload_due on upload (expires_at)
  where status = 'AWAITING_UPLOAD' or (status = 'RECEIVED' and image_id is null);

alter table image
  -- Where a worker fetches it from, or did.
  add column source_url text,
  add constraint image_fetching check (status <> 'FETCHING' or source_url is not null);

-- true: QUEUED, but its picture is still being fetched, so that no worker claims it.
alter table analysis add column waits_for_image boolean not null default false;
drop index analysis_claimable;
-- What a worker claims from, in the order of the claim query.
create index analysis_claimable on analysis (priority, organization_id, id)
  where status = 'QUEUED' and lease_worker_id is null and not waits_for_image;
