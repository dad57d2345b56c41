-- When the latest analysis of a batch ended: what an estimate of the time left is measured to. Null for batches of before.
alter table batch add column progressed_at timestamptz;
