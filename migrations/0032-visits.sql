-- Visits of places: analyses that were submitted with the same visitId belong together.
alter table analysis add column visit_id text;

create table visit (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  -- The client's own id.
  visit_id text not null,
  -- CLOSING: it becomes CLOSED when its last analysis has ended.
  status text not null default 'OPEN' check (status in ('OPEN', 'CLOSING', 'CLOSED')),
  -- When an image was submitted last.
  active_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  unique (organization_id, id),
  unique (organization_id, visit_id),
  check ((status = 'CLOSED') = (closed_at is not null))
);
create index visit_to_close on visit (active_at) where status <> 'CLOSED';
