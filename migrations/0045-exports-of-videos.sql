-- Exports of video analyses.

-- Whose analyses the file contains. Earlier exports are of images.
alter table export
  add column media_type text not null default 'IMAGE' check (media_type in ('IMAGE', 'VIDEO'));
