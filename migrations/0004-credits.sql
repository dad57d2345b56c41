-- What organisations may spend, and what makes repeated requests safe.

-- false: no credits are asked for. A server of one's own counts nothing.
alter table plan add column metered boolean not null default true;
update plan set metered = false where name = 'UNLIMITED';

-- The sum of the ledger's folded entries.
alter table organization add column folded_credits bigint not null default 0;

-- The ledger: entries are only ever added, and their sum is what is left. An analysis that an engine runs costs 1.
-- No foreign keys to batch and analysis: the ledger outlives what was paid for.
create table credit_entry (
  id uuid primary key,
  organization_id uuid not null references organization (id) on delete cascade,
  amount integer not null,
  reason text not null check (reason in ('GRANT', 'ANALYSIS', 'REFUND')),
  -- ANALYSIS: the batch that was submitted, or the analysis that was submitted alone. REFUND: both, where there is a batch.
  batch_id uuid,
  analysis_id uuid,
  created_at timestamptz not null default now(),
  -- Whether organization.folded_credits holds it: what is left is read from there and the few that are not folded yet.
  folded boolean not null default false,
  -- GRANT may be negative: an operator takes back.
  check (case reason when 'ANALYSIS' then amount < 0 when 'REFUND' then amount > 0 else amount <> 0 end)
);
create index credit_entry_unfolded on credit_entry (organization_id) where not folded;
create index credit_entry_grant on credit_entry (organization_id) where reason = 'GRANT';
create index credit_entry_batch on credit_entry (organization_id, batch_id) where batch_id is not null;
-- Whatever happens, an analysis is charged once and given back once.
create unique index credit_entry_analysis on credit_entry (organization_id, analysis_id, reason)
  where analysis_id is not null;

-- Requests that were answered under a key of the client's. The row is inserted first in the transaction of the work, so a
-- twin waits at the primary key until that commits or is rolled back. Rows count for 24 hours.
create table idempotency_key (
  organization_id uuid not null references organization (id) on delete cascade,
  operation text not null,
  key text not null,
  -- SHA-256 of what was asked for, with the sha256 of each file in place of its bytes.
  request_hash bytea not null check (length(request_hash) = 32),
  -- null only inside the transaction that makes it.
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (organization_id, operation, key)
);
create index idempotency_key_created_at on idempotency_key (created_at);

-- As the client sent it; it stays when the key is free again.
alter table analysis add column idempotency_key text;

-- Keys of single images: which analysis each made. Apart from the analysis, because a key is free again after 24 hours.
create table analysis_key (
  organization_id uuid not null references organization (id) on delete cascade,
  key text not null,
  analysis_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, key),
  -- Deferred: the key is taken before its analysis is stored.
  foreign key (organization_id, analysis_id) references analysis (organization_id, id)
    on delete cascade deferrable initially deferred
);
create index analysis_key_analysis on analysis_key (organization_id, analysis_id);
create index analysis_key_created_at on analysis_key (created_at);

-- How much an organisation stores is read from this index alone.
create index blob_storage on blob (organization_id) include (byte_size);
