-- Counters of analyses for dashboards, so that no chart reads analyses.

alter table analysis
  -- Whether analysis_stats counts it. null: submitted by a version that counted nothing; the job count_old_analyses has not come to it.
  -- false: it was run again, and the latest run counts instead.
  add column counted boolean,
  -- Of a rerun: the analysis that its picture was first submitted as. null: a rerun of a version before, whose rerun_of stands for it.
  add column first_run uuid;

-- A quarter of an hour (UTC) in which analyses were submitted, since some time zones are off by 45 minutes. All maps are {key: count}.
create table analysis_stats (
  organization_id uuid not null references organization (id) on delete cascade,
  bucket_at timestamptz not null,
  task_id uuid not null,
  -- null: the sum over all places and what has none, so that who asks for no place reads no row for each.
  place_id text,
  submitted bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  expired bigint not null,
  facings bigint not null,
  -- Milliseconds in engines, of those that SUCCEEDED.
  duration_ms double precision not null,
  -- By index of src/analyses/statistics/latency-histogram.ts: from submission to end, of those that SUCCEEDED.
  latencies jsonb not null,
  -- By failure_code.
  failures jsonb not null,
  -- By catalogue item, '' for none: analyses that found it, and its facings.
  item_analyses jsonb not null,
  item_facings jsonb not null
);
create unique index analysis_stats_all on analysis_stats (organization_id, bucket_at, task_id) where place_id is null;
create unique index analysis_stats_place on analysis_stats (organization_id, place_id, bucket_at, task_id) where place_id is not null;

-- What is to be added, a row each, and not the sums themselves: workers that finish analyses of one task would wait for each other.
-- No foreign key, which would make them lock their organisation; what belongs to none is left out when it is folded.
create table analysis_stats_change (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  organization_id uuid not null,
  bucket_at timestamptz not null,
  task_id uuid not null,
  -- null: of no place.
  place_id text,
  submitted bigint not null,
  succeeded bigint not null,
  failed bigint not null,
  canceled bigint not null,
  expired bigint not null,
  facings bigint not null,
  duration_ms double precision not null,
  latencies jsonb not null,
  failures jsonb not null,
  item_analyses jsonb not null,
  item_facings jsonb not null
);
create index analysis_stats_change_organization on analysis_stats_change (organization_id, bucket_at);

-- The sums of two maps; what comes to 0 is left out.
create function sum_counts(a jsonb, b jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, total), '{}') from (
    select key, sum(value::bigint) as total
    from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) pair
    group by key having sum(value::bigint) <> 0) sums
$$;

-- How far the analyses of before have been counted, in the order of their ids.
create table analysis_stats_backfill (
  singleton boolean primary key default true check (singleton),
  after uuid not null default '00000000-0000-0000-0000-000000000000',
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
insert into analysis_stats_backfill default values;
