-- What was asked about results when an analysis was submitted, where its picture was taken, and the totals of what no
-- item was found for.

alter table analysis
  -- Copied from the task when it is submitted: a task that changes later changes no result.
  add column compute_shares boolean not null default false,
  add column compute_realogram boolean not null default false,
  -- Degrees, WGS 84; where the picture was taken, as the client says.
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  add constraint analysis_location check ((latitude is null) = (longitude is null));

-- The row of shares for products that matched no item. It cannot be one of analysis_item, whose key has the item.
alter table analysis_result
  add column unnamed_facings integer not null default 0,
  -- Pixels of the oriented picture, as in analysis_item.
  add column unnamed_area double precision not null default 0,
  add column unnamed_width double precision not null default 0;

-- Results of before have no places on shelves, so all their facings count as standing on one, in analysis_item as well.
update analysis_result r set unnamed_facings = u.facings, unnamed_area = u.area, unnamed_width = u.width
from (
  select analysis_id, count(*) as facings,
    sum((d -> 'box' ->> 2)::float8 * (d -> 'box' ->> 3)::float8) as area, sum((d -> 'box' ->> 2)::float8) as width
  from analysis_result, jsonb_array_elements(detections) d
  where d ->> 'itemId' is null group by analysis_id
) u where u.analysis_id = r.analysis_id;

comment on column analysis_item.width is 'Of those of its facings that stand on a shelf, not on another facing.';
