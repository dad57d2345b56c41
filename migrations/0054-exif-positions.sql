-- Where pictures were taken, as their EXIF data says. It is read from pictures that arrive from now on, and returned only if a task says so.

alter table blob
  -- latitude, longitude, altitudeMeters; null: there is none.
  add column position jsonb;
alter table task add column exif_position boolean not null default false;
alter table image
  -- Whether a task that has analysed it says so.
  add column shows_position boolean not null default false;
