-- What of people is unrecognisable in the pictures that are made from images: what their tasks say, the most that any has said.
-- Their order by the alphabet is that of how much is hidden, so min() is the most.
alter table task add column blur_people text not null default 'NONE' check (blur_people in ('NONE', 'HEADS', 'BODIES'));
alter table image
  add column blur_people text not null default 'NONE',
  add constraint image_blur_people_check check (blur_people in ('NONE', 'HEADS', 'BODIES')) not valid;

alter table api_key drop constraint api_key_scopes_check;
alter table api_key add constraint api_key_scopes_check
  check (scopes <@ array['READ', 'WRITE', 'TEACH', 'ADMIN', 'ORIGINALS'] and cardinality(scopes) > 0);
alter table session_token drop constraint session_token_scopes_check;
alter table session_token add constraint session_token_scopes_check
  check (scopes <@ array['READ', 'WRITE', 'TEACH', 'ADMIN', 'ORIGINALS'] and cardinality(scopes) > 0);
