-- How long an organisation's events stay for clients that resume; the whole log is dropped day by day all the same.

alter table organization
  -- Days; null: as long as the server keeps them, which is the longest there is.
  add column event_days integer check (event_days between 1 and 7),
  -- Up to where its own events are gone, where that is beyond event_log's.
  add column events_pruned_xid xid8 not null default '0',
  add column events_pruned_id bigint not null default 0;
