-- While workers of two versions run, neither takes, and fails, what only the other has the models for.
create table worker_pipeline (
  -- name@version, as analysis.pipeline has it.
  key text primary key,
  -- When a worker that has it last said so.
  seen_at timestamptz not null default now()
);
