-- Who or what brought which row to which state, and when. Kept by the month (muster.make_partition): a month goes as a
-- whole. There is no DEFAULT partition. Its rows would outlive their retention, and would stand in the way of the
-- partition that is theirs. Whoever finds a month missing makes it.
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
create index audit_key on muster.audit (account, key);

comment on table muster.audit is
  'One row per transition of a request, a dead letter or an account. Written by triggers only.';
comment on column muster.audit.at is 'When, on the database''s clock.';
comment on column muster.audit.id is 'Orders the rows of one moment.';
comment on column muster.audit.subject is
  'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
comment on column muster.audit.account is 'The account.';
comment on column muster.audit.operation is 'The action or resource; null for an account.';
comment on column muster.audit.key is 'The device or product; null for an account.';
comment on column muster.audit.request_id is
  'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
comment on column muster.audit.letter_id is 'The letter. For a request: the letter that it replays. Null for others.';
comment on column muster.audit.from_status is 'The status or state before; null for a new row.';
comment on column muster.audit.to_status is
  'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of '
  'unknown outcome again, or gives a lost lease anew.';
comment on column muster.audit.step is
  'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
comment on column muster.audit.attempts is
  'Calls made for the request so far. For a letter: how often its work failed for good.';
comment on column muster.audit.error_code is 'The code of the last failure; null if there is none.';
comment on column muster.audit.message is
  'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
comment on column muster.audit.made_by is 'The database user who did it, or muster for the service''s own decisions.';
comment on column muster.audit.part is
  'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
comment on column muster.audit.application is 'The application_name of the connection: which replica, or which tool.';
