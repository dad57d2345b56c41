create index concurrently if not exists analysis_taken_at on analysis (organization_id, place_id, taken_at, id)
  where place_id is not null and counted is not false;
create index concurrently if not exists analysis_without_taken_at on analysis (organization_id, place_id, id)
  where place_id is not null and counted is not false and taken_at is null;
