-- The key of the advisory lock that a worker holds on its LISTEN connection: free means that this connection has ended. null: it holds none, as
-- behind a pooler, and is judged by its heartbeats alone.
alter table worker_process add column liveness_key bigint;
