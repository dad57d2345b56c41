-- What people say about results: which item a detection shows, that it is no product, and where a product was missed.

create table correction (
  id uuid primary key,
  organization_id uuid not null,
  -- The run that it was made on. Once that is deleted: the latest run of the picture that is left.
  analysis_id uuid not null,
  -- The analysis that its picture was first submitted as: a correction counts for all runs of a picture. No foreign key, as in analysis.
  first_run uuid not null,
  -- Index in the result of analysis_id; null: its box alone says which detection it is about, or it is about none.
  detection_index integer check (detection_index >= 0),
  -- x, y, width, height in pixels of the oriented picture.
  box double precision[] not null check (cardinality(box) = 4 and box[3] > 0 and box[4] > 0),
  -- The size of that picture, which does not depend on its results.
  picture_width integer not null,
  picture_height integer not null,
  verdict text not null check (verdict in ('ITEM', 'UNKNOWN', 'NOT_A_PRODUCT')),
  catalog_item_id uuid,
  -- The item that the detection had. No foreign key: results outlive catalogue items.
  found_item_id uuid,
  -- PROPOSED: by a caller without the scope TEACH; it changes nothing until one who has it approves.
  status text not null check (status in ('APPLIED', 'PROPOSED')),
  -- As in analysis.
  actor text,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade,
  foreign key (organization_id, catalog_item_id) references catalog_item (organization_id, id) on delete cascade,
  check ((verdict = 'ITEM') = (catalog_item_id is not null))
);
create index correction_runs on correction (organization_id, first_run);
create index correction_analysis on correction (organization_id, analysis_id);
create index correction_catalog_item on correction (organization_id, catalog_item_id, id) where catalog_item_id is not null;
-- For the last corrections of what was found as an item (CatalogItem.agreement).
create index correction_found_item on correction (organization_id, found_item_id, id) where found_item_id is not null and status = 'APPLIED';
-- What waits for approval.
create index correction_proposed on correction (organization_id, id) where status = 'PROPOSED';
-- The current one of a detection.
create unique index correction_detection on correction (analysis_id, detection_index, status) where detection_index is not null;

-- What the applied corrections of a picture change in the sums of one of its runs: to be added to analysis_item, or to the
-- unnamed sums of analysis_result.
create table correction_effect (
  organization_id uuid not null,
  analysis_id uuid not null,
  -- null: products that are none of the items. No foreign key, as in analysis_item.
  catalog_item_id uuid,
  -- 1: the item is in the corrected result only; -1: only in that as found.
  analyses integer not null,
  facings integer not null,
  area double precision not null,
  width double precision not null,
  foreign key (organization_id, analysis_id) references analysis (organization_id, id) on delete cascade
);
create unique index correction_effect_key on correction_effect
  (organization_id, analysis_id, coalesce(catalog_item_id, '00000000-0000-0000-0000-000000000000'));

-- What corrections change in the counters: to be added to facings, item_analyses and item_facings.
alter table analysis_stats
  add column facings_change bigint not null default 0,
  add column item_analyses_change jsonb not null default '{}',
  add column item_facings_change jsonb not null default '{}';
alter table analysis_stats_change
  add column facings_change bigint not null default 0,
  add column item_analyses_change jsonb not null default '{}',
  add column item_facings_change jsonb not null default '{}';

alter table api_key drop constraint api_key_scopes_check;
alter table api_key add constraint api_key_scopes_check
  check (scopes <@ array['READ', 'WRITE', 'TEACH', 'ADMIN'] and cardinality(scopes) > 0);
alter table session_token drop constraint session_token_scopes_check;
alter table session_token add constraint session_token_scopes_check
  check (scopes <@ array['READ', 'WRITE', 'TEACH', 'ADMIN'] and cardinality(scopes) > 0);

alter table export add column basis text not null default 'FOUND' check (basis in ('FOUND', 'CORRECTED'));

-- An image that is FETCHING is fetched from its URL, or cut out of another image by a job: the thumbnail of an item that a person named.
alter table image drop constraint image_fetching;

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in ('ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT', 'CATALOG_IMPORT', 'SHELF_ALERT', 'CORRECTION')) not valid;
