-- Whether analyses of the task read codes.
alter table task add column read_codes boolean not null default false;
-- Copied from the task when it is submitted, unless its options say otherwise.
alter table analysis add column read_codes boolean not null default false;
-- Code[] of src/recognition/codes/code.ts. Null: not requested, or the image has been deleted.
alter table analysis_result add column codes jsonb;

-- Product numbers (GTIN) as they are compared: with 14 digits. Spaces and hyphens, which people type as they are printed, do not
-- count, and zeros that a spreadsheet has removed from the front are added again. Null for all other barcodes.
create function gtin_14(barcode text) returns text
language sql immutable parallel safe strict as $$
  select case when regexp_replace(barcode, '[ -]', '', 'g') ~ '^[0-9]{8,14}$'
    then lpad(regexp_replace(barcode, '[ -]', '', 'g'), 14, '0') end
$$;
