alter table event validate constraint event_kind_check;
