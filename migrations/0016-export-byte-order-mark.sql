-- Whether the file of a CSV export begins with one: Excel takes a file without it for text of the system's code page.
alter table export add column byte_order_mark boolean not null default false;
