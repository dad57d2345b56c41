-- Rules of tasks about shelves, and the alerts that they raise.

-- AlertRules of src/alerts/rules.ts.
alter table task add column alert_rules jsonb not null default '{}';

-- When the picture was taken by which the alerts of a place were evaluated last: an older one that comes late changes none.
create table shelf_alert_state (
  organization_id uuid not null,
  task_id uuid not null,
  -- '': pictures of the task that name no place.
  place_id text not null,
  taken_at timestamptz not null,
  primary key (organization_id, task_id, place_id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete cascade
);

create table shelf_alert (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  kind text not null check (kind in ('COMPLIANCE_BELOW', 'ITEM_MISSING', 'GAP_SHARE_ABOVE')),
  status text not null default 'RAISED' check (status in ('RAISED', 'CLEARED')),
  task_id uuid not null,
  place_id text,
  -- ITEM_MISSING
  catalog_item_id uuid,
  -- What it was seen on last: an analysis, or all of a visit. No foreign keys, since it outlives both.
  analysis_id uuid,
  visit_id text,
  -- The compliance or the share of gaps when it was seen last.
  value double precision,
  raised_at timestamptz not null default now(),
  seen_at timestamptz not null,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  unique (organization_id, id),
  foreign key (organization_id, task_id) references task (organization_id, id) on delete cascade,
  foreign key (organization_id, catalog_item_id) references catalog_item (organization_id, id) on delete cascade,
  check ((kind = 'ITEM_MISSING') = (catalog_item_id is not null)),
  check ((status = 'CLEARED') = (cleared_at is not null))
);
create index shelf_alert_raised on shelf_alert (organization_id, task_id, place_id) where status = 'RAISED';
create index shelf_alert_list on shelf_alert (organization_id, id);

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in ('ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT', 'CATALOG_IMPORT', 'SHELF_ALERT')) not valid;
