-- Videos belong to visits as images do.
alter table video_analysis add column visit_id text;
create index video_analysis_visit_id on video_analysis (organization_id, visit_id, id) where visit_id is not null;
