create table muster.quota_use (
  quota   text        not null references muster.quota on delete cascade,
  minute  timestamptz not null,
  calls   integer     not null,
  primary key (quota, minute)
);

comment on table muster.quota_use is 'Calls a minute, for report.quota. Kept for a day.';
comment on column muster.quota_use.quota is 'The quota.';
comment on column muster.quota_use.minute is 'The minute''s beginning.';
comment on column muster.quota_use.calls is 'Permits taken in it.';
