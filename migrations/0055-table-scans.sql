-- How far scans have come that go round a large table, some rows at a time, in turn by whichever worker is due.
create table table_scan (
  name text primary key,
  -- The key of the last row that was looked at, each column as text; null: the scan begins at the first row.
  after text[]
);
