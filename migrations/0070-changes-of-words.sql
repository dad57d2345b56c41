-- Workers read only the words of items whose words have changed, and not those of all items of a task. See 0061.

create trigger catalog_words_inserted after insert on catalog_words
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_words_updated after update on catalog_words
  referencing new table as changed for each statement execute function note_catalog_pictures();
create trigger catalog_words_deleted after delete on catalog_words
  referencing old table as changed for each statement execute function note_catalog_pictures();
create or replace trigger catalog_item_updated after update on catalog_item
  for each row when (
    old.status is distinct from new.status or old.tags is distinct from new.tags or old.words is distinct from new.words)
  execute function note_catalog_item();
