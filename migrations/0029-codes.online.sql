create index concurrently if not exists catalog_item_gtin on catalog_item (organization_id, gtin_14(barcode)) where gtin_14(barcode) is not null;
