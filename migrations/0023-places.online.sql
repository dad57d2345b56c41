create index concurrently if not exists analysis_place_id on analysis (organization_id, place_id, id) where place_id is not null;
