-- The runs of one picture. Only reruns are in it.
create index concurrently if not exists analysis_runs on analysis (organization_id, coalesce(first_run, rerun_of)) where rerun_of is not null;
