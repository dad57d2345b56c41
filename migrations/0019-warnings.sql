-- What is told of an analysis that SUCCEEDED on a picture with a fault.
alter table analysis_result add column warnings jsonb not null default '[]';
