-- Whom the session token stood for with which the analysis was submitted. Null: nobody was named, or an API key was sent.
alter table analysis add column actor text;
