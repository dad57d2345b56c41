-- Streams about a task with few analyses that resume from an old cursor: without this, each reads all that its organisation has written since.
-- By kind as well, as a task has many more events of its analyses than of anything else. Without the id, all events of a transaction have one
-- key: the index takes 13 bytes an event instead of 119, and what a transaction wrote about a task is sorted when it is read.
-- Days that exist get it as in 0056.
create index event_task on only event (task_id, kind, xid) where task_id is not null;
select ensure_event_partitions(7);
