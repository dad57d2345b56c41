-- Events after a position, of all organisations and up to the horizon: what each api reads after every change. Planning this for all days took
-- longer than reading: 2.1 of 3.2 ms with the partitions of a week and the days ahead, before a change was delivered. A session keeps the
-- plan of a function. It cannot be of a time when a table was small and read all of it, because only the primary key is left to read by.
create function events_after(after_xid xid8, after_id bigint, most integer) returns setof event
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
begin
  -- A stable function sees what the statement sees that calls it, and the same horizon.
  return query
    select * from event
    where (xid, id) > (after_xid, after_id) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, id limit most;
end $$;
