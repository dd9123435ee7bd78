-- Operations insert a row, and see in the same row what became of it.

create table muster.work_request (
  id                 bigint      generated always as identity primary key,
  account            text        not null,
  action             text        not null,
  key                text        not null,
  params             jsonb,
  priority           integer     not null default 0 check (priority between -1000 and 1000),
  not_before         timestamptz,
  status             text        not null default 'pending'
    check (status in ('pending', 'running', 'unknown', 'done', 'dead', 'cancelled')),
  attempts           integer     not null default 0,
  error_code         text,
  error_message      text,
  http_status        integer,
  vendor_request_id  text,
  result             jsonb,
  requested_by       text        not null default session_user,
  requested_at       timestamptz not null default now(),
  started_at         timestamptz,
  finished_at        timestamptz,
  replay_of          bigint,
  step               text        not null default 'read' check (step in ('read', 'write', 'verify')),
  next_at            timestamptz not null default now(),
  fence              bigint,
  retries            integer     not null default 0,
  reauthorised       boolean     not null default false,
  given_up_at        timestamptz,
  refused            boolean     not null default false,
  constraint work_request_finished check ((status in ('done', 'dead', 'cancelled')) = (finished_at is not null))
);
-- Waiting and leased rows have an index each. A lease leaves nothing where the claim looks for work.
create index work_request_waiting on muster.work_request (account, priority desc, next_at, id)
  where status in ('pending', 'running', 'unknown') and fence is null;
create index work_request_leased on muster.work_request (account, priority desc, next_at) where fence is not null;
create index work_request_open_key on muster.work_request (account, key)
  where status in ('pending', 'running', 'unknown');
create index work_request_replay_of on muster.work_request (replay_of) where replay_of is not null;
create index work_request_ended on muster.work_request (finished_at) where finished_at is not null;
-- People ask by key what became of an allocation. Allocations are few: an index of all requests would cost more.
create index work_request_allocate_key on muster.work_request (account, key) where action = 'allocate';

comment on table muster.work_request is 'Requests of operations: one row each, and in the same row what became of it.';
comment on column muster.work_request.id is 'Muster''s number of the request.';
comment on column muster.work_request.account is 'The account to carry it out with.';
comment on column muster.work_request.action is 'refresh, or another action that the account''s vendor has.';
comment on column muster.work_request.key is 'The device or product.';
comment on column muster.work_request.params is 'The action''s parameters beside the key; null or {} for none.';
comment on column muster.work_request.priority is 'Higher goes first among requests; -1000 to 1000.';
comment on column muster.work_request.not_before is 'Do not start before this time; null for at once.';
comment on column muster.work_request.status is
  'pending, running, unknown (sent, and the outcome is not known yet), done, dead (see report.dead_letter) or '
  'cancelled.';
comment on column muster.work_request.attempts is 'Calls made for it so far.';
comment on column muster.work_request.error_code is
  'The vendor''s code, or one of Muster''s own words, of the last failure; null once done.';
comment on column muster.work_request.error_message is 'What the last failure means; null once done.';
comment on column muster.work_request.http_status is 'The HTTP status of the last reply.';
comment on column muster.work_request.vendor_request_id is
  'The vendor''s name for the last call, for its support desk.';
comment on column muster.work_request.result is 'The result in a few words.';
comment on column muster.work_request.requested_by is 'The database user who inserted it.';
comment on column muster.work_request.requested_at is 'When it was inserted.';
comment on column muster.work_request.started_at is 'When its first call took its permit.';
comment on column muster.work_request.finished_at is
  'When it became done, dead or cancelled. A finished row never changes again.';
comment on column muster.work_request.replay_of is
  'The dead letter that this request replays; null for a request of its own.';
comment on column muster.work_request.step is
  'The next call: read (see how things stand), write (send the change) or verify (see whether it took place).';
comment on column muster.work_request.next_at is
  'When Muster may claim it next. While a call runs: the end of its lease.';
comment on column muster.work_request.fence is 'The number of the claim that runs; null while none does.';
comment on column muster.work_request.retries is 'Failures in a row that count towards the last attempt.';
comment on column muster.work_request.reauthorised is 'Whether Muster already got a new token for it.';
comment on column muster.work_request.given_up_at is
  'When Muster gave up on a write of unknown outcome. A read one call deadline later shows whether it took place.';
comment on column muster.work_request.refused is
  'The vendor answered the write with a refusal, but in doubt. If a read shows that nothing took place, the request '
  'ends.';
