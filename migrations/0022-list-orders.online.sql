-- The orders and filters of lists, each by an index. The partial ones cost nothing when an analysis is submitted.

create index concurrently if not exists analysis_finished_at on analysis (organization_id, finished_at, id) where finished_at is not null;
create index concurrently if not exists analysis_confidence on analysis (organization_id, confidence, id) where confidence is not null;
-- Those that ended without one can be rare.
create index concurrently if not exists analysis_without_confidence on analysis (organization_id, id)
  where confidence is null and finished_at is not null;

create index concurrently if not exists batch_finished_at on batch (organization_id, finished_at, id) where finished_at is not null;
create index concurrently if not exists batch_open on batch (organization_id, id) where finished_at is null;
create index concurrently if not exists batch_created_at on batch (organization_id, created_at);

-- Those whose bytes have not arrived, or never will, are few.
create index concurrently if not exists image_not_ready on image (organization_id, status, id) where status <> 'READY';
