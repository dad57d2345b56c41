-- How the item of a track was determined: products of a video are named once a track.
alter table video_track add column matched_by text;
