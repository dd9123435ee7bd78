-- One live letter per target and per request, however often it fails.

create table muster.dead_letter (
  id                 bigint      generated always as identity primary key,
  kind               text        not null check (kind in ('pull', 'request')),
  target_id          bigint,
  request_id         bigint,
  account            text        not null,
  operation          text        not null,
  key                text        not null,
  error_code         text        not null,
  error_message      text        not null,
  vendor_code        text,
  http_status        integer,
  vendor_request_id  text,
  request            jsonb,
  response           text,
  attempts           integer     not null default 1,
  first_failed_at    timestamptz not null default now(),
  last_failed_at     timestamptz not null default now(),
  state              text        not null default 'open' check (state in ('open', 'replayed', 'resolved', 'discarded')),
  state_since        timestamptz not null default now(),
  state_by           text        not null default session_user,
  note               text
);
create unique index dead_letter_live_target on muster.dead_letter (target_id)
  where kind = 'pull' and state in ('open', 'replayed');
create unique index dead_letter_request on muster.dead_letter (request_id) where kind = 'request';
create index dead_letter_open on muster.dead_letter (account, error_code) where state = 'open';
create index dead_letter_closed on muster.dead_letter (state_since) where state in ('resolved', 'discarded');
create index dead_letter_evidence on muster.dead_letter (last_failed_at)
  where request is not null or response is not null;

comment on table muster.dead_letter is 'What failed for good and needs a person.';
comment on column muster.dead_letter.id is 'Muster''s number of the letter.';
comment on column muster.dead_letter.kind is 'pull (a target of poll_target) or request (a row of work_request).';
comment on column muster.dead_letter.target_id is 'The target, for a pull.';
comment on column muster.dead_letter.request_id is 'The request that first failed, for a request.';
comment on column muster.dead_letter.account is 'The account.';
comment on column muster.dead_letter.operation is 'The resource for a pull, the action for a request.';
comment on column muster.dead_letter.key is 'The device or product.';
comment on column muster.dead_letter.error_code is
  'The vendor''s code, or one of Muster''s own words (docs/errors.md).';
comment on column muster.dead_letter.error_message is
  'What the code means, in one sentence, with the vendor''s own words.';
comment on column muster.dead_letter.vendor_code is 'The code exactly as the vendor sent it; null if it sent none.';
comment on column muster.dead_letter.http_status is 'The HTTP status; null if there was no reply.';
comment on column muster.dead_letter.vendor_request_id is 'The vendor''s name for the call, for its support desk.';
comment on column muster.dead_letter.request is 'The request as sent, without secrets.';
comment on column muster.dead_letter.response is
  'The vendor''s reply, without secrets, cut at a configured length; null if there was none.';
comment on column muster.dead_letter.attempts is
  'How often the work failed for good: 1, and one more for each replay or recheck that failed.';
comment on column muster.dead_letter.first_failed_at is 'When it first failed for good.';
comment on column muster.dead_letter.last_failed_at is 'When it last failed for good.';
comment on column muster.dead_letter.state is
  'open, replayed (its replay is under way), resolved (a later try succeeded) or discarded (a person gave it up).';
comment on column muster.dead_letter.state_since is 'Since when it is in this state.';
comment on column muster.dead_letter.state_by is 'Who brought it there.';
comment on column muster.dead_letter.note is 'The note of the person who discarded it.';
