-- What corrections teach: pictures of items, and counter-examples, cut out of the pictures that were corrected.

-- Whether corrections of its analyses teach.
alter table task add column learning boolean not null default false;

-- How many days crops stay that teach, when what they were cut from is deleted; null: not at all.
alter table organization add column reference_days integer check (reference_days between 1 and 36500);

-- true: cut out of another picture for teaching. It belongs to an item or is a counter-example, or it is removed.
alter table image add column is_crop boolean not null default false;

-- A correction taught it if it has no position.
alter table catalog_image
  alter column position drop not null,
  add column taught_at timestamptz,
  -- null: its correction is deleted, and it stays for reference_days.
  add column correction_id uuid,
  add constraint catalog_image_organization_id_correction_id_fkey
    foreign key (organization_id, correction_id) references correction (organization_id, id) on delete cascade not valid,
  add constraint catalog_image_taught check ((position is null) = (taught_at is not null)) not valid,
  add constraint catalog_image_correction_taught check (correction_id is null or taught_at is not null) not valid;

-- A crop that shows none of the items.
create table counter_example (
  organization_id uuid not null,
  image_id uuid primary key,
  -- null: as in catalog_image.
  correction_id uuid,
  -- It counts for the analyses of this task, and if that looks for all items, for those of every task.
  task_id uuid not null,
  -- It speaks only against items with smaller ids, which existed when the person said so. null: no product, so against all.
  items_before uuid,
  taught_at timestamptz not null default now(),
  unique (organization_id, image_id),
  foreign key (organization_id, image_id) references image (organization_id, id) on delete cascade,
  foreign key (organization_id, task_id) references task (organization_id, id) on delete cascade,
  foreign key (organization_id, correction_id) references correction (organization_id, id) on delete cascade
);
create index counter_example_correction on counter_example (organization_id, correction_id) where correction_id is not null;
create index counter_example_task on counter_example (organization_id, task_id);

-- What an embedder or a local-features model found in it: as in catalog_embedding and catalog_features.
create table counter_example_description (
  organization_id uuid not null,
  image_id uuid not null,
  -- name@version
  model text not null,
  description bytea not null,
  primary key (image_id, model),
  foreign key (organization_id, image_id) references counter_example (organization_id, image_id) on delete cascade
);
alter table counter_example_description alter column description set storage external;

-- A correction goes with its analysis, and analyses go in many ways. What it taught goes in the same statement, or stays without
-- it for as long as the organisation says. Whoever takes a correction back removes what it taught before.
create function let_taught_go() returns trigger language plpgsql as $$
begin
  if exists (select from organization where id = old.organization_id and reference_days is not null) then
    update catalog_image set correction_id = null
      where organization_id = old.organization_id and correction_id = old.id;
    update counter_example set correction_id = null
      where organization_id = old.organization_id and correction_id = old.id;
  else
    update organization set catalog_revision = catalog_revision + 1 where id = old.organization_id and (
      exists (select from catalog_image c where c.organization_id = old.organization_id and c.correction_id = old.id)
      or exists (select from counter_example c where c.organization_id = old.organization_id and c.correction_id = old.id));
  end if;
  return old;
end $$;
create trigger correction_deleted before delete on correction for each row execute function let_taught_go();
