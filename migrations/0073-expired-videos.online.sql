-- As image_created_at and analysis_ended: what retention removes.
create index concurrently if not exists video_created_at on video (organization_id, created_at);
create index concurrently if not exists video_analysis_ended on video_analysis (organization_id, created_at)
  where finished_at is not null;
