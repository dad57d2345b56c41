alter table blob validate constraint blob_picture_size;
alter table upload validate constraint upload_organization_id_video_id_fkey;
alter table upload validate constraint upload_check2;
alter table upload validate constraint upload_check3;
create unique index concurrently if not exists upload_video on upload (organization_id, video_id) where video_id is not null;
create index concurrently if not exists upload_due on upload (expires_at)
  where status = 'AWAITING_UPLOAD' or (status = 'RECEIVED' and image_id is null and video_id is null);
alter table credit_entry validate constraint credit_entry_reason_check;
alter table credit_entry validate constraint credit_entry_check;
alter table event validate constraint event_kind_check;
