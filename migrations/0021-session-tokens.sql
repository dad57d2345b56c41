-- A token belongs to the organisation of its key, which a foreign key can only say about a pair that is unique.
alter table api_key add unique (organization_id, id);
drop index api_key_organization;

-- Secrets for browsers and screens. Each is made with an API key, allows at most what that key allows, and ends with it.
create table session_token (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  api_key_id uuid not null,
  -- SHA-256 of 256 random bits, as for API keys.
  secret_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['READ', 'WRITE', 'ADMIN'] and cardinality(scopes) > 0),
  -- Null: not narrowed by it.
  task_ids uuid[] check (cardinality(task_ids) > 0),
  place_ids text[] check (cardinality(place_ids) > 0),
  -- Whom the program that made it stands for.
  actor text,
  -- It does nothing but create one other token, which revokes it.
  single_use boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  foreign key (organization_id, api_key_id) references api_key (organization_id, id) on delete cascade
);
create index session_token_organization on session_token (organization_id, id);
create index session_token_api_key on session_token (organization_id, api_key_id, expires_at);
create index session_token_expires_at on session_token (expires_at);
