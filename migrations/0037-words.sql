-- The words that are printed on products, which the text on a facing may contradict.

-- What a text model read on a catalogue picture: one row a model version, beside catalog_embedding.
create table catalog_words (
  organization_id uuid not null,
  catalog_item_id uuid not null,
  image_id uuid not null,
  -- name@version
  model text not null,
  -- In reading order; empty if nothing could be read.
  words text[] not null,
  created_at timestamptz not null default now(),
  primary key (catalog_item_id, image_id, model),
  foreign key (organization_id, catalog_item_id, image_id)
    references catalog_image (organization_id, catalog_item_id, image_id) on delete cascade
);

-- As the owner of the item gave them, in place of those that were read; null: none were given.
alter table catalog_item add column words text[];
