create index concurrently if not exists analysis_visit_id on analysis (organization_id, visit_id, id) where visit_id is not null;
