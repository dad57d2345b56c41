-- Bytes of uploads that arrive in several requests.

-- The pieces of one upload follow each other without gaps; the next request goes on behind the last one.
create table upload_piece (
  -- Also the name of its file.
  id uuid primary key,
  organization_id uuid not null,
  upload_id uuid not null,
  start_byte bigint not null check (start_byte >= 0),
  byte_size bigint not null check (byte_size > 0),
  -- Of two requests that send the same bytes, one is first.
  unique (organization_id, upload_id, start_byte),
  foreign key (organization_id, upload_id) references upload (organization_id, id) on delete cascade
);

-- Until when the request that is sending bytes is the only one that may; null: there is none.
alter table upload add column receiving_until timestamptz;
