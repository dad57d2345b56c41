-- Corrections of an old period, without what is newer.
create index concurrently if not exists correction_created_at on correction (organization_id, created_at);
