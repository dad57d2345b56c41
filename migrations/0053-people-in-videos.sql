-- As image.blur_people: what of people is unrecognisable in the pictures that are made from a video.
alter table video
  add column blur_people text not null default 'NONE',
  add constraint video_blur_people check (blur_people in ('NONE', 'HEADS', 'BODIES')) not valid;
