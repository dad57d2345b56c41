-- Empty stretches of shelves, for tasks that ask for them.
alter table task add column find_gaps boolean not null default false;
alter table analysis add column find_gaps boolean not null default false;

create table analysis_gaps (
  analysis_id uuid primary key,
  organization_id uuid not null,
  -- StoredGap[] of src/planograms/gaps.repository.ts.
  gaps jsonb not null,
  -- Of the length of all shelves, 0 to 1; null: the picture shows no shelf.
  share double precision,
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade
);
