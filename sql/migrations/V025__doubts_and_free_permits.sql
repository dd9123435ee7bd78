-- Where the search for a free permit begins.
alter table muster.quota add column free_from timestamptz not null default '-infinity';
comment on column muster.quota.free_from is 'No permit comes free before this time; a search that begins there passes no permit''s past.';
