-- The visits at a place, in the order of the list. Nearly all visits are at one place.
create index concurrently if not exists visit_place on visit (organization_id, (place_ids[1]), id) where place_ids <> '{}';
create index concurrently if not exists visit_places on visit using gin (place_ids) where cardinality(place_ids) > 1;
-- Those that began before there was this list, and those of very many places.
create index concurrently if not exists visit_without_places on visit (organization_id, id) where place_ids is null;
