-- Which items of catalogues changed lately, so that workers read only these and not all items of a task. Triggers note it, so that no
-- way of changing an item can forget it, and processes of a version before note it as well.

create table catalog_item_change (
  organization_id uuid not null,
  -- Of the transaction that changed it. Readers go by this, because neither times nor numbers follow the order of commits.
  xid xid8 not null default pg_current_xact_id(),
  catalog_item_id uuid not null,
  changed_at timestamptz not null default clock_timestamp(),
  -- A row belongs to one transaction, so no transaction waits for another here. No foreign key, which would lock the organisation.
  primary key (organization_id, xid, catalog_item_id)
);
create index catalog_item_change_time on catalog_item_change (changed_at);

create function note_catalog_item() returns trigger language plpgsql as $$
begin
  insert into catalog_item_change (organization_id, catalog_item_id) values (new.organization_id, new.id) on conflict do nothing;
  return null;
end $$;
create trigger catalog_item_inserted after insert on catalog_item
  for each row execute function note_catalog_item();
create trigger catalog_item_updated after update on catalog_item
  for each row when (old.status is distinct from new.status or old.tags is distinct from new.tags)
  execute function note_catalog_item();

create function note_catalog_pictures() returns trigger language plpgsql as $$
begin
  insert into catalog_item_change (organization_id, catalog_item_id)
  select distinct organization_id, catalog_item_id from changed on conflict do nothing;
  return null;
end $$;
create trigger catalog_image_inserted after insert on catalog_image
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_image_updated after update on catalog_image
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_image_deleted after delete on catalog_image
  referencing old table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_embedding_inserted after insert on catalog_embedding
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_embedding_updated after update on catalog_embedding
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_embedding_deleted after delete on catalog_embedding
  referencing old table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_features_inserted after insert on catalog_features
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_features_updated after update on catalog_features
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_features_deleted after delete on catalog_features
  referencing old table as changed for each statement execute function note_catalog_pictures();
