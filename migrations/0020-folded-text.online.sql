create index concurrently if not exists image_words on image using gin (image_words(filename, metadata));
create index concurrently if not exists catalog_item_words on catalog_item using gin (words_of(name));
create index concurrently if not exists catalog_item_tags on catalog_item using gin (folded_all(tags));
create index concurrently if not exists catalog_item_name on catalog_item (organization_id, folded(name));
