alter table blob validate constraint blob_check;
