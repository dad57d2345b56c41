-- Imports of a catalogue that a client has cancelled.

alter table catalog_import drop constraint catalog_import_status_check;
alter table catalog_import add constraint catalog_import_status_check
  check (status in ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'));
