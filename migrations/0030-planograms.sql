-- What should stand on shelves, and how pictures agree with it.

create table planogram (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  -- Which analyses are judged by it: those of the task, those at the place, or those of the task at the place.
  task_id uuid,
  place_id text,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete cascade,
  check (task_id is not null or place_id is not null)
);
-- One plan for each of them, so that it is certain which one counts.
create unique index planogram_of_task_and_place on planogram (organization_id, task_id, place_id)
  where deleted_at is null and task_id is not null and place_id is not null;
create unique index planogram_of_place on planogram (organization_id, place_id) where deleted_at is null and task_id is null;
create unique index planogram_of_task on planogram (organization_id, task_id) where deleted_at is null and place_id is null;

-- What a plan said and since when. Never changed, since results name the version that they were judged by.
create table planogram_version (
  organization_id uuid not null,
  planogram_id uuid not null,
  -- From 1.
  version integer not null,
  -- Pictures taken before are judged by an earlier version. null: all pictures.
  valid_from timestamptz,
  -- Fixture of src/recognition/compliance/plan.ts.
  fixture jsonb not null,
  created_at timestamptz not null default now(),
  primary key (planogram_id, version),
  unique (organization_id, planogram_id, version),
  foreign key (organization_id, planogram_id) references planogram (organization_id, id) on delete cascade
);

-- A result without a row was judged by no plan.
create table analysis_compliance (
  analysis_id uuid primary key,
  organization_id uuid not null,
  planogram_id uuid not null,
  planogram_version integer not null,
  -- 0 to 1; null: the picture shows nothing of the plan.
  score double precision,
  -- JudgedPosition[] of src/recognition/compliance/compliance.ts.
  positions jsonb not null,
  -- Indexes of detections.
  unplanned jsonb not null,
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade,
  foreign key (organization_id, planogram_id, planogram_version)
    references planogram_version (organization_id, planogram_id, version) on delete cascade
);
create index analysis_compliance_planogram on analysis_compliance (organization_id, planogram_id, planogram_version);
