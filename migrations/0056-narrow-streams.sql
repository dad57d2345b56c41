-- Streams about few analyses that resume from an old cursor: without these, each reads all that its organisation has written since.

create index event_entity on only event (entity_id, xid, id);
-- Nearly all analyses belong to one batch.
create index event_batch on only event ((batch_ids[1]), xid, id) where batch_ids <> '{}';
create index event_batches on only event using gin (batch_ids) where cardinality(batch_ids) > 1;

-- New days get the indexes of the log by themselves. Days that exist get them while they are empty; a day with events is left alone, because
-- nothing could be written meanwhile, and is dropped within a week.
create or replace function ensure_event_partitions(days_ahead integer) returns void
language plpgsql as $$
declare
  today date := (now() at time zone 'utc')::date;
  day date;
  partition text;
  is_empty boolean;
  missing record;
  created text;
begin
  perform pg_advisory_xact_lock(hashtext('sightline:event-partitions'));
  for offset_days in 0..days_ahead loop
    day := today + offset_days;
    partition := format('event_%s', to_char(day, 'YYYYMMDD'));
    if to_regclass(partition) is null then
      execute format(
        'create table %I partition of event for values from (%L) to (%L)',
        partition, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00'
      );
    end if;
    for missing in
      select of_log.indexrelid::regclass::text as name, pg_get_indexdef(of_log.indexrelid) as definition
      from pg_index of_log
      where of_log.indrelid = 'event'::regclass and not exists (
        select from pg_index of_day join pg_inherits on inhrelid = of_day.indexrelid
        where of_day.indrelid = to_regclass(partition) and inhparent = of_log.indexrelid)
    loop
      execute format('select not exists (select from %I)', partition) into is_empty;
      continue when not is_empty;
      created := partition || substr(missing.name, length('event') + 1);
      execute regexp_replace(missing.definition, '^CREATE INDEX \S+ ON ONLY \S+', format('create index %I on %I', created, partition));
      execute format('alter index %s attach partition %I', missing.name, created);
    end loop;
  end loop;
end
$$;
select ensure_event_partitions(7);
