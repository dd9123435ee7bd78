-- What an account's list calls are like; null where the vendor has none for the resource.
alter table muster.account_resource add column page_size integer check (page_size > 0);
alter table muster.account_resource add column deepest_page integer check (deepest_page > 0);
alter table muster.account_resource add column sweep_every interval check (sweep_every >= interval '0');
-- A tenth earlier than a single read is due, so that the page comes first and spares it.
alter table muster.account_resource add column sweep_interval interval
  generated always as (coalesce(sweep_every, 0.9 * refresh_every)) stored;
alter table muster.account_resource add column discover boolean not null default false;
alter table muster.account_resource add column discover_at_most bigint not null default 0;

comment on column muster.account_resource.page_size is
  'So many a page of the vendor''s list call; null if it has none for the resource.';
comment on column muster.account_resource.deepest_page is
  'So many pages the vendor lets through for one window of creation times; null for any number.';
comment on column muster.account_resource.sweep_every is
  'From the start of one sweep to that of the next; null takes refresh_every, 0 means none.';
comment on column muster.account_resource.sweep_interval is
  'From the start of one sweep to that of the next: sweep_every, else nine tenths of refresh_every.';
comment on column muster.account_resource.discover is 'Whether sweeps enrol what the inventory lacks.';
comment on column muster.account_resource.discover_at_most is 'So many targets discovery may enrol in all.';
