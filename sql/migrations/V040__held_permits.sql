-- A hold that a person may end: see muster.hold_permits.
alter table muster.quota add column held_until timestamptz;
alter table muster.quota add column held_why text;
alter table muster.permit add column unheld_at timestamptz;
drop function if exists muster.hold_permits(text, timestamptz);

comment on column muster.quota.held_since is
  'When Muster last held permits for calls that it may not know of. Null if never.';
comment on column muster.quota.held_until is 'When that hold ends.';
comment on column muster.quota.held_why is 'What happened to the quota, so that Muster holds its permits.';
comment on column muster.permit.unheld_at is
  'For a permit that is held: when it would come free otherwise. Of no meaning once free_at is not the quota''s '
  'held_until.';
