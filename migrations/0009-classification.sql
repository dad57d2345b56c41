-- Labels of whole images, and filters that accept an image by them.

-- FILTER: groups of labels that accept an image.
alter table task add column accept_groups text[] not null default '{}';

-- Copied from the task when it is submitted; null: not of a FILTER task.
alter table analysis add column accept_groups text[];

alter table analysis_result
  -- [{ name, group, confidence }] of the whole image, likeliest first.
  add column labels jsonb not null default '[]',
  -- null: not of a FILTER task.
  add column accepted boolean;
