-- An account may have several quotas, and a replica at work notices that another one changed a quota's size.
alter table muster.quota add column changed_at timestamptz not null default now();
comment on column muster.quota.changed_at is 'When its number of calls or its window last changed.';
