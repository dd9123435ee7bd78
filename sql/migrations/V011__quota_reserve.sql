alter table muster.quota add column reserve integer not null default 0 check (reserve >= 0);
comment on column muster.quota.reserve is 'So many permits are kept for operations'' requests: pulls leave them free.';
