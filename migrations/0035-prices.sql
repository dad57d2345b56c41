-- ISO 4217, of prices that name no currency. Null: unknown.
alter table task add column currency text check (currency ~ '^[A-Z]{3}$');
-- Copied from the task when it is submitted.
alter table analysis add column currency text;
-- PriceTag[] of src/recognition/prices/price-tag.ts. Null wherever texts is.
alter table analysis_result add column prices jsonb;
