-- Each batch by the first of its places, since whoever sees it sees all of them.
create index concurrently if not exists batch_place on batch (organization_id, (place_ids[1]), id) where place_ids <> '{}';
create index concurrently if not exists batch_without_places on batch (organization_id, id) where place_ids is null;
