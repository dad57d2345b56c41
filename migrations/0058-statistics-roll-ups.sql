-- Roll-ups of the counters: sums of hours and of days (UTC), so that statistics of months do not read each quarter of an hour. Only the
-- sums over all places: a place has few counters.

create table analysis_stats_hour (
  like analysis_stats including defaults,
  check (place_id is null),
  foreign key (organization_id) references organization (id) on delete cascade
);
create unique index analysis_stats_hour_all on analysis_stats_hour (organization_id, bucket_at, task_id) where place_id is null;

create table analysis_stats_day (
  like analysis_stats including defaults,
  check (place_id is null),
  foreign key (organization_id) references organization (id) on delete cascade
);
create unique index analysis_stats_day_all on analysis_stats_day (organization_id, bucket_at, task_id) where place_id is null;

create table video_stats_hour (
  like video_stats including defaults,
  check (place_id is null),
  foreign key (organization_id) references organization (id) on delete cascade
);
create unique index video_stats_hour_all on video_stats_hour (organization_id, bucket_at, task_id) where place_id is null;

create table video_stats_day (
  like video_stats including defaults,
  check (place_id is null),
  foreign key (organization_id) references organization (id) on delete cascade
);
create unique index video_stats_day_all on video_stats_day (organization_id, bucket_at, task_id) where place_id is null;

-- How far the counters of an organisation have been rolled up. Changes that come later to what is before are added to the roll-ups too.
create table stats_rollup (
  organization_id uuid not null references organization (id) on delete cascade,
  media_type text not null check (media_type in ('IMAGE', 'VIDEO')),
  -- Hours that began before are in the table of hours.
  hours_until timestamptz not null,
  -- Days that began before are in the table of days. Never later than hours_until.
  days_until timestamptz not null,
  primary key (organization_id, media_type),
  check (days_until <= hours_until)
);

-- Workers of the previous version add changes to the counters but not to roll-ups, so nothing is rolled up until they are gone.
create table stats_rollup_start (
  singleton boolean primary key default true check (singleton),
  begins_at timestamptz not null
);
insert into stats_rollup_start (begins_at)
select case when exists (select from analysis_stats) then now() + interval '24 hours' else now() end;
