-- Constraints have indexes that serve as well, and each new analysis and event was written into both: without these, 10,000
-- images are accepted in five sixths of the time (bench/enqueue.ts).
drop index analysis_organization; -- analysis_organization_id_id_key
drop index event_position; -- event_pkey begins with (xid, id)
