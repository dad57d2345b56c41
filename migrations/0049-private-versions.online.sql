alter table task validate constraint task_keep_original;
alter table blob validate constraint blob_hidden_people;
