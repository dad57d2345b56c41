-- Sums of the analyses of a task that have ended, for Task.stats and its shares. They are of what exists: reruns count each, and what is
-- deleted is taken out, also by retention. Before, each answer read all analyses of the task.

create table task_sum (
  organization_id uuid not null references organization (id) on delete cascade,
  task_id uuid not null,
  -- ALL: of all times. The others are of UTC.
  unit text not null check (unit in ('ALL', 'DAY', 'HOUR', 'QUARTER_HOUR')),
  -- The analyses were submitted in the unit that begins then; ALL: the epoch.
  starts_at timestamptz not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  expired bigint not null,
  -- Microseconds from start to end, of those that SUCCEEDED.
  duration_us bigint not null,
  -- {catalogue item, '' for none: [facings, area, width]}. The numbers are exact, so that taking out leaves nothing.
  shelf jsonb not null,
  -- What corrections change in it.
  shelf_change jsonb not null,
  primary key (organization_id, task_id, unit, starts_at)
);

-- The same of single places, which have few: their quarters of an hour, and all times.
create table task_place_sum (
  organization_id uuid not null references organization (id) on delete cascade,
  task_id uuid not null,
  place_id text not null,
  unit text not null check (unit in ('ALL', 'QUARTER_HOUR')),
  starts_at timestamptz not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  expired bigint not null,
  duration_us bigint not null,
  shelf jsonb not null,
  shelf_change jsonb not null,
  primary key (organization_id, task_id, place_id, unit, starts_at)
);

-- Those of which everything is gone; folding removes them.
create index task_sum_empty on task_sum (organization_id)
  where succeeded = 0 and failed = 0 and canceled = 0 and expired = 0;
create index task_place_sum_empty on task_place_sum (organization_id)
  where succeeded = 0 and failed = 0 and canceled = 0 and expired = 0;

-- What is to be added to both, as in analysis_stats_change, and for the same reasons without a foreign key.
create table task_sum_change (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  organization_id uuid not null,
  task_id uuid not null,
  -- null: of no place.
  place_id text,
  -- The quarter of an hour.
  starts_at timestamptz not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  expired bigint not null,
  duration_us bigint not null,
  shelf jsonb not null,
  shelf_change jsonb not null
);
create index task_sum_change_task on task_sum_change (organization_id, task_id);

-- The sums of two shelves; an item of which nothing is left is left out.
create function sum_shelves(a jsonb, b jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(item, jsonb_build_array(facings, area, width)), '{}') from (
    select key as item, sum((value -> 0)::numeric) as facings, sum((value -> 1)::numeric) as area, sum((value -> 2)::numeric) as width
    from (select * from jsonb_each(a) union all select * from jsonb_each(b)) pair
    group by key
  ) sums where facings <> 0 or area <> 0 or width <> 0
$$;

-- How far the analyses of before have been summed, in the order of their ids. Until it is finished, answers read analyses.
create table task_sum_backfill (
  singleton boolean primary key default true check (singleton),
  -- Whatever happens to analyses with larger ids is not recorded: the backfill finds the outcome.
  after uuid not null,
  -- Processes of the version before end analyses without recording it, so it does not begin until they are gone.
  begins_at timestamptz not null,
  finished_at timestamptz
);
insert into task_sum_backfill (after, begins_at, finished_at)
select case when old then uuid '00000000-0000-0000-0000-000000000000' else uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff' end,
  case when old then now() + interval '24 hours' else now() end, case when not old then now() end
from (select exists (select from analysis) as old) analyses;
