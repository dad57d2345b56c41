create index concurrently if not exists image_crop on image (organization_id, id) where is_crop;
alter table catalog_image validate constraint catalog_image_organization_id_correction_id_fkey;
alter table catalog_image validate constraint catalog_image_taught;
alter table catalog_image validate constraint catalog_image_correction_taught;
create index concurrently if not exists catalog_image_correction on catalog_image (organization_id, correction_id) where correction_id is not null;
create index concurrently if not exists catalog_image_taught_at on catalog_image (organization_id, taught_at) where taught_at is not null;
