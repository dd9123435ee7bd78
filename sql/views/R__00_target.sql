-- The refresh interval of a target, in one place. The number puts it before the functions that use it.
create or replace view muster.target as
select p.id, p.account, p.resource, p.key, p.enabled, p.created_at,
       coalesce(p.refresh_every, r.refresh_every, interval '1 day') as every,
       case when r.page_size is not null then r.sweep_interval end as sweep_every
  from muster.poll_target p
  left join muster.account_resource r on r.account = p.account and r.resource = p.resource;
comment on view muster.target is 'One row per target with its refresh interval.';
comment on column muster.target.every is
  'How often Muster reads it: its own interval, else its account''s, else (the account left the configuration) '
  'daily.';
comment on column muster.target.sweep_every is
  'How often a sweep may show it; null where the vendor has no list, 0 if sweeps are off.';
