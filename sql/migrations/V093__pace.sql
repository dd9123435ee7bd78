-- How often Muster reads the targets whose quota is too small, or whose account saves calls. muster.tend_pace plans it.
create table muster.pace (
  account     text              not null references muster.account on delete cascade,
  resource    text              not null,
  eagerness   double precision  check (eagerness > 0),
  longest     double precision  not null check (longest > 0),
  mean_rate   double precision  not null check (mean_rate > 0),
  planned_at  timestamptz       not null,
  primary key (account, resource)
);
insert into muster.chore (name) values ('pace');

comment on table muster.pace is
  'How often Muster reads targets by their learnt rates of change. An account and resource without a row is read at '
  'its intervals.';
comment on column muster.pace.account is 'The account.';
comment on column muster.pace.resource is 'The resource.';
comment on column muster.pace.eagerness is
  'The most readings, in a target''s own interval, that a target gets however often it changes; found so that all '
  'fit the quota. Null for a resource without learnt rates: each is read after the longest time.';
comment on column muster.pace.longest is 'The longest time between two readings, in a target''s own intervals.';
comment on column muster.pace.mean_rate is 'Changes a second of a target that nothing is known of yet.';
comment on column muster.pace.planned_at is 'When this was planned.';
