-- Which processes live, and which accounts each has. sql/functions/R__replica.sql explains it.

create table muster.replica (
  id           uuid        primary key,
  name         text        not null default current_setting('application_name'),
  version      text        not null,
  accounts     text[]      not null,
  since        timestamptz not null default clock_timestamp(),
  last_seen    timestamptz not null default clock_timestamp(),
  lives_until  timestamptz not null,
  missed_at    timestamptz
);

comment on table muster.replica is
  'One row per process that lives, and per list of accounts that a process had in the last two days.';
comment on column muster.replica.id is 'The process. It makes a new one at its start.';
comment on column muster.replica.name is
  'The application_name of its connections, as report.audit shows it: its host and its number there.';
comment on column muster.replica.version is 'The version of Muster that it runs.';
comment on column muster.replica.accounts is 'The accounts of its configuration.';
comment on column muster.replica.since is 'When it started.';
comment on column muster.replica.last_seen is 'When it last said that it lives.';
comment on column muster.replica.lives_until is 'It counts as alive until then, unless it says again that it lives.';
comment on column muster.replica.missed_at is
  'When another process first noticed that it fell silent. Always earlier if it ended in order. Null while it lives.';

-- The processes of 0.1.0 do not say that they live. Their accounts stay for a day, as after any process.
insert into muster.replica (id, name, version, accounts, lives_until, missed_at)
select gen_random_uuid(), 'before the upgrade', '0.1.0', array_agg(account order by account), now(), '-infinity'
  from muster.account
 where configured
having count(*) > 0;
