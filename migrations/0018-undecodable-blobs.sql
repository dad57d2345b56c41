-- Why an engine could not decode a picture in time, and when that was: other workers, and this one after a restart, do not try again
-- for a while. With the blob, so that it goes when the bytes go.
alter table blob
  add column failure_code text,
  add column failure_message text,
  add column failure_retryable boolean,
  add column failed_at timestamptz,
  add constraint blob_check check ((failure_code is null) = (failed_at is null)) not valid;
