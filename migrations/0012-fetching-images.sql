-- Pictures that are being fetched are few, and workers look every few seconds whether one of them was forgotten.
create index image_fetching on image (id) where status = 'FETCHING';
