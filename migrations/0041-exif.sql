-- What the EXIF data of a picture says: about camera and exposure, and whether it has a position or a serial number. Those of pictures
-- that were stored before are not read again.
alter table blob
  add column photo jsonb,
  add column has_private_exif boolean not null default false;

-- Originals with private EXIF data are served only with ORIGINALS from now on. Keys that exist keep what they could read; tokens ask again.
update api_key set scopes = array_append(scopes, 'ORIGINALS') where not 'ORIGINALS' = any(scopes) and not 'ADMIN' = any(scopes);
