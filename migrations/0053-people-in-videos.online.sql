alter table video validate constraint video_blur_people;
