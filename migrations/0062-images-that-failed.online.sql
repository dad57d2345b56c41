-- Images that failed, or could not be made searchable. By indexing_status, each image that is made searchable would be written to all indexes of
-- the table; the failure of an image changes with nothing else.
create index concurrently if not exists image_failure on image (organization_id, id) where failure_code is not null;
