-- Details of catalogue pictures, which products of an image are compared with.

-- What a local-features model found in a catalogue picture: one row a model version, beside catalog_embedding.
create table catalog_features (
  organization_id uuid not null,
  catalog_item_id uuid not null,
  image_id uuid not null,
  -- name@version
  model text not null,
  -- As src/recognition/local-features/encoding.ts writes them, at most 50 kB.
  features bytea not null,
  created_at timestamptz not null default now(),
  primary key (catalog_item_id, image_id, model),
  foreign key (organization_id, catalog_item_id, image_id)
    references catalog_image (organization_id, catalog_item_id, image_id) on delete cascade
);

-- Compression wins a tenth of a row and would cost its time at every read.
alter table catalog_features alter column features set storage external;
