-- Where the request that submitted the analysis is in a trace (W3C Trace Context), so that the work of a worker belongs to it. Null: traces were off.
alter table analysis add column traceparent text;
