-- The record: who or what brought which row to which state, and when. One partition a month (muster.make_partitions), so that what
-- is past its use goes as a whole. There is no DEFAULT partition: rows in it would be in nobody's month, would outlive their
-- retention, and would stand in the way of the partition that is theirs. Whoever finds the month missing makes it.
create sequence muster.audit_id;
comment on sequence muster.audit_id is 'Numbers the rows of audit.';

create table muster.audit (
  at           timestamptz not null,
  id           bigint      not null default nextval('muster.audit_id'),
  subject      text        not null check (subject in ('request', 'letter', 'account')),
  account      text        not null,
  operation    text,
  key          text,
  request_id   bigint,
  letter_id    bigint,
  from_status  text,
  to_status    text        not null,
  step         text,
  attempts     integer,
  error_code   text,
  message      text,
  made_by      text        not null,
  part         text,
  application  text,
  primary key (at, id)
) partition by range (at);
create index audit_request on muster.audit (request_id) where request_id is not null;
comment on table muster.audit is 'One row per transition of a request, a dead letter or an account. Written by triggers only.';
comment on column muster.audit.at is 'When, on the database''s clock.';
comment on column muster.audit.id is 'Orders the rows of one moment.';
comment on column muster.audit.subject is 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
comment on column muster.audit.account is 'The account.';
comment on column muster.audit.operation is 'The action or resource; null for an account.';
comment on column muster.audit.key is 'The device or product; null for an account.';
comment on column muster.audit.request_id is 'The request; for a letter the request that it is about; null for a pull''s letter or an account.';
comment on column muster.audit.letter_id is 'The letter; for a request the letter that it replays; null for others.';
comment on column muster.audit.from_status is 'The status or state before; null for a new row.';
comment on column muster.audit.to_status is 'The status or state after. The same as before where a request of unknown outcome is read again, or a lease that was lost is given anew.';
comment on column muster.audit.step is 'The call that comes next or is under way: read, write or verify; null unless it is about a request.';
comment on column muster.audit.attempts is 'Calls made for the request so far; for a letter how often its work has failed for good.';
comment on column muster.audit.error_code is 'The code of the last failure; null if there is none.';
comment on column muster.audit.message is 'What the failure means; for a discarded letter the person''s note; for an account why it is not active.';
comment on column muster.audit.made_by is 'The database user who did it, or muster for the service''s own decisions.';
comment on column muster.audit.part is 'The function by which it was done, such as claim, settle, cancel or replay; null for a plain statement.';
comment on column muster.audit.application is 'The application_name of the connection: which replica, or which tool.';

-- What SQL has to know of the service's configuration.
create table muster.setting (
  name   text        primary key,
  value  text        not null,
  since  timestamptz not null default now()
);
comment on table muster.setting is 'Settings of the replica that started last which are shown to people.';
comment on column muster.setting.name is 'The key in the configuration.';
comment on column muster.setting.value is 'Its value.';
comment on column muster.setting.since is 'Since when it has this value.';

-- What retention looks for.
create index work_request_ended on muster.work_request (finished_at) where finished_at is not null;
create index dead_letter_closed on muster.dead_letter (state_since) where state in ('resolved', 'discarded');
create index dead_letter_evidence on muster.dead_letter (last_failed_at) where request is not null or response is not null;
create index device_history_ended on muster.device_history (valid_to) where valid_to is not null;

-- Replaced by functions with other parameters or results; a new database has none of them yet.
drop function if exists muster.check_account(text, text);
drop function if exists muster.live_letters(text, text, text, text);
drop function if exists muster.replay_letter(bigint);
