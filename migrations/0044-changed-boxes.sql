-- People change the boxes of what was found.

-- x, y, width, height like `box`: where the product is. Null: in `box`, which stays as it was found, so that later runs are matched by it.
alter table correction
  add column changed_box double precision[]
    check (cardinality(changed_box) = 4 and changed_box[3] > 0 and changed_box[4] > 0);
