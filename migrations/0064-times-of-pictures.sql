-- The timeline of a place reads a page in the order of when the pictures were taken, instead of every analysis of the place.

alter table analysis
  -- What the image says, or when it was submitted. Null: a version before this submitted it, and a worker adds the time. Triggers follow
  -- the image, so that no way of changing one can forget it, and processes of a version before do so as well.
  add column taken_at timestamptz;

create function follow_recorded_at() returns trigger language plpgsql as $$
begin
  -- In the order of ids, as by every writer.
  perform from analysis where organization_id = new.organization_id and image_id = new.id and place_id is not null
    order by id for no key update;
  update analysis set taken_at = coalesce(new.recorded_at, created_at)
  where organization_id = new.organization_id and image_id = new.id and place_id is not null;
  return null;
end $$;
create trigger image_recorded after update of recorded_at on image
  for each row when (old.recorded_at is distinct from new.recorded_at) execute function follow_recorded_at();

-- What is known of a deleted image goes with it.
create function forget_recorded_at() returns trigger language plpgsql as $$
begin
  new.taken_at := new.created_at;
  return new;
end $$;
create trigger analysis_image_removed before update of image_id on analysis
  for each row when (new.image_id is null and new.taken_at is not null) execute function forget_recorded_at();
