-- A link to one analysis: a token that reads this analysis and nothing else. It ends with the analysis. Null: not a link.
alter table session_token add column analysis_id uuid;
alter table session_token add foreign key (organization_id, analysis_id)
  references analysis (organization_id, id) on delete cascade;
create index session_token_analysis on session_token (organization_id, analysis_id) where analysis_id is not null;
