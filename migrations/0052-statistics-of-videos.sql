-- Counters of video analyses, beside those of analyses of images: a chart of both together would mean nothing.

alter table video_analysis
  -- Whether video_stats counts it. false: it was rerun, and the latest run counts instead; or a version without these counters submitted it.
  add column counted boolean not null default false,
  -- Of a rerun: the analysis that its video was first submitted as.
  add column first_run uuid;

-- The columns mean the same as in analysis_stats. A facing is a track that at least two frames show.
create table video_stats (
  like analysis_stats including defaults,
  foreign key (organization_id) references organization (id) on delete cascade
);
create unique index video_stats_all on video_stats (organization_id, bucket_at, task_id) where place_id is null;
create unique index video_stats_place on video_stats (organization_id, place_id, bucket_at, task_id) where place_id is not null;

create table video_stats_change (like analysis_stats_change including defaults including identity, primary key (id));
create index video_stats_change_organization on video_stats_change (organization_id, bucket_at);
