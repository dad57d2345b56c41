-- Lists of what failed, was cancelled or expired, in orders other than that of creation. Nothing is paid for analyses that are submitted or succeed.

create index concurrently if not exists analysis_unsuccessful_created on analysis (organization_id, status, created_at, id)
  where status in ('FAILED', 'CANCELED', 'EXPIRED');
create index concurrently if not exists analysis_unsuccessful_finished on analysis (organization_id, status, finished_at, id)
  where status in ('FAILED', 'CANCELED', 'EXPIRED');
