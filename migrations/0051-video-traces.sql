-- As in analysis.
alter table video_analysis add column traceparent text;
