-- Originals that go when the version in which people are hidden is there (privacy.keepOriginal: false).

alter table task
  add column keep_original boolean not null default true,
  add constraint task_keep_original check (keep_original or blur_people <> 'NONE') not valid;

alter table blob
  -- What of people is unrecognisable in the bytes themselves; null: nothing. Other tasks may ask for more.
  add column hidden_people text,
  add constraint blob_hidden_people check (hidden_people in ('HEADS', 'BODIES')) not valid;

-- Images whose originals go as soon as no analysis needs them any more.
create table original_removal (
  organization_id uuid not null,
  image_id uuid not null,
  primary key (organization_id, image_id),
  foreign key (organization_id, image_id) references image (organization_id, id) on delete cascade
);
