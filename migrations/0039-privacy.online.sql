alter table image validate constraint image_blur_people_check;
