create index concurrently if not exists video_analysis_first_run on video_analysis (organization_id, first_run)
  where first_run is not null;
