-- Callers who are limited to places find their batches by these, before by the analyses of every batch.

alter table batch
  -- Of all analyses; empty: not all of them have one, or there are too many; null: a version before this submitted it, and a worker adds them.
  add column place_ids text[];
