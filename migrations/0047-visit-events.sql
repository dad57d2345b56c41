-- Visits have events, which say at which places they are.

-- Places that images and videos were submitted for; null: more than are listed, or the visit began before there was this list.
alter table visit add column place_ids text[];
-- Not with the column, so that rows that exist have null.
alter table visit alter column place_ids set default '{}';

alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check
  check (kind in (
    'ANALYSIS', 'BATCH', 'IMAGE', 'CATALOG_ITEM', 'EXPORT', 'CATALOG_IMPORT', 'SHELF_ALERT', 'CORRECTION', 'VIDEO_ANALYSIS',
    'VISIT')) not valid;
