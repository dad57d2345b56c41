-- Lists by recordedAt end with the images that have none.
create index concurrently if not exists image_without_recorded_at on image (organization_id, id) where recorded_at is null;
