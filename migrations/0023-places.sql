-- Lists of places skip from one to the next, and take the latest analysis of each: by the index of the online part.
drop index analysis_place_id;
