-- Lists of places skip from one to the next, and take the latest analysis of each.
drop index analysis_place_id;
create index analysis_place_id on analysis (organization_id, place_id, id) where place_id is not null;
