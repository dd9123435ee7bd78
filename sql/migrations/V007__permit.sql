create table muster.permit (
  quota    text        not null references muster.quota on delete cascade,
  slot     integer     not null check (slot >= 1),
  free_at  timestamptz not null default '-infinity',
  fence    bigint,
  primary key (quota, slot)
) with (fillfactor = 50);
-- The claim finds free permits, and a settlement its call's permit, without a look at all of them.
create index permit_free_at on muster.permit (quota, free_at);
create index permit_fence on muster.permit (fence) where fence is not null;

comment on table muster.permit is
  'The permits of a quota. Never UNLOGGED: a permit that is forgotten is a call too many.';
comment on column muster.permit.quota is 'The quota.';
comment on column muster.permit.slot is 'The permit''s number, from 1.';
comment on column muster.permit.free_at is
  'When Muster may take it again: one window after the reply arrived. Until a reply arrives: one window after the '
  'call''s deadline.';
comment on column muster.permit.fence is 'The claim that took it; null once its reply arrived.';
